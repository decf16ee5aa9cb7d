using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>The discrete Fourier transform. Complex numbers are pairs on the last axis; real ones stand alone.</summary>
internal static class Spectral
{
    // From this opset on, the axis is an input.
    private const long AxisIsInput = 20;

    /// <summary>
    /// The transform is linear, and the adjoint of one by length L is L times the inverse one. What was filled up with zeros is cut off,
    /// what was cut off gets zeros; of a real input it is the real part.
    /// </summary>
    public static Value Gradient(Forward n, Value dy)
    {
        var (graph, inverse) = (n.Graph, n.Int("inverse", 0) != 0);
        var axis =
            graph.Opset < AxisIsInput ? Ints(graph, n.Int("axis", 1))
            : n.Has(2) ? Reshape(Cast(n[2], DataType.Int64), 1)
            : Ints(graph, -2);
        var given = Gather(Shape(n.X), axis, 0);
        var length = n.Has(1) ? Reshape(Cast(n[1], DataType.Int64), 1) : given;
        var scale = Cast(length, dy.Element);
        var back = Transform(n, dy, Squeeze(length, Ints(graph, 0)), axis, !inverse, onesided: false);
        back = inverse ? back / scale : back * scale;
        if (n.Has(1))
        {
            var missing = Emit("Max", [given - length, given.Scalar(0)]);
            back = Slice(back, Ints(graph, 0), given, axis);
            back = Emit("Pad", [back, Concat(0, Ints(graph, 0), missing), null, axis]);
        }
        return Slice(back, Ints(graph, 0), Extent(n.X, -1), Ints(graph, -1));
    }

    /// <summary><c>STFT</c>: overlapping frames, each times a window, transformed.</summary>
    public static Parts ShortTime(Forward n)
    {
        var graph = n.Graph;
        var step = Reshape(Cast(n[1], DataType.Int64), 1);
        var length = n.Has(2) ? Extent(n[2], 0) : Reshape(Cast(n[3], DataType.Int64), 1);
        var signal = Reshape(n.X, 0, 0, -1).WithRank(3);
        var frames = (Extent(signal, 1) - length) / step + 1;
        var positions = Reshape(Positions(frames), -1, 1) * step + Positions(length);
        var framed = Gather(signal, positions, 1);
        if (n.Has(2))
            framed *= Reshape(n[2], -1, 1);
        return [Transform(n, framed, null, Ints(graph, 2), inverse: false, n.Int("onesided", 1) != 0)];
    }

    private static Value Transform(Forward n, Value x, Value? length, Value axis, bool inverse, bool onesided)
    {
        var graph = n.Graph;
        var flags = new[] { Of("inverse", inverse ? 1 : 0), Of("onesided", onesided ? 1 : 0) };
        return graph.Opset < AxisIsInput
            ? Emit("DFT", [x, length], [.. flags, Of("axis", Tensors.ReadInts(graph.Constant(axis.Name))![0])])
            : Emit("DFT", [x, length, Squeeze(axis, Ints(graph, 0))], flags);
    }
}
