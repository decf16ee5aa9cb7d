using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>Summing a gradient back over the axes along which an input was repeated.</summary>
internal static class Broadcast
{
    /// <summary>Sums <paramref name="gradient"/> (of type <paramref name="type"/>) down to the shape of <paramref name="input"/>.</summary>
    public static Value SumTo(Value gradient, TensorType? type, Value input)
    {
        if (type?.Dims is not { } from || input.Type?.Dims is not { } to)
            return SumDynamic(gradient, input);
        var leading = from.Count - to.Count;
        if (leading < 0)
            return SumDynamic(gradient, input);
        var axes = new List<long>();
        for (var i = 0; i < to.Count; i++)
        {
            if (to[i].SameAs(from[i + leading]))
                continue;
            if (to[i].Size != 1)
                return SumDynamic(gradient, input);
            axes.Add(i);
        }
        if (leading > 0)
            gradient = Sum(gradient, Ints(gradient.Graph, [.. Enumerable.Range(0, leading).Select(i => (long)i)]), keep: false);
        return axes.Count > 0 ? Sum(gradient, [.. axes]) : gradient;
    }

    // Shapes decided when the model runs: the input's shape is filled up with leading ones, the axes that differ are summed.
    private static Value SumDynamic(Value gradient, Value input)
    {
        var (have, want) = (Shape(gradient), Shape(input));
        var ones = Fill(Shape(have) - Shape(want), DataType.Int64, 1);
        var differ = Emit("Not", [Emit("Equal", [Concat(0, ones, want), have]).As(DataType.Bool)]);
        var axes = Squeeze(Emit("NonZero", [differ]).As(DataType.Int64), Ints(gradient.Graph, 0));
        return Reshape(Sum(gradient, axes), want);
    }
}
