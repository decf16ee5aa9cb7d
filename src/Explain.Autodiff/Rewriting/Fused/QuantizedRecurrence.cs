using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>com.microsoft's LSTM with weights of 8-bit integers.</summary>
internal static class QuantizedRecurrence
{
    private const int Input = 1;
    private const int Recurrence = 2;

    /// <summary>
    /// The standard's LSTM, whose weights are the transposed ones. What the kernel rounds while it runs, inputs and states, is not rounded.
    /// </summary>
    public static Parts Lstm(Forward n)
    {
        Value?[] inputs = [n.X, Weights(Input, 8), Weights(Recurrence, 10), .. Enumerable.Range(3, 5).Select(n.Optional)];
        var outputs = Node("LSTM", inputs, 3, n.Node.Attribute.Select(a => a.Clone())).Output;
        return [.. outputs.Select((o, i) => (Value?)new Value(n.Graph, o, n.X.Element).As(n.X.Element).WithRank(i == 0 ? 4 : 3))];

        // [directions, inputs, gates], with a scale for each direction or for each gate of it.
        Value Weights(int at, int scale)
        {
            var byGate = n[scale].Type?.Rank == 2;
            Value Each(Value x) => byGate ? Unsqueeze(x, Ints(n.Graph, 1)) : Reshape(x, -1, 1, 1);
            var (whole, zero) = (Cast(n[at], DataType.Float), Cast(n[scale + 1], DataType.Float));
            return Transpose(((whole - Each(zero)) * Each(n[scale])).WithRank(3), 0, 2, 1).WithRank(3);
        }
    }
}
