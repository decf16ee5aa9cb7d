using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>Extents that are known when the model runs, and what is counted by them.</summary>
internal static class Extents
{
    /// <summary>The extents of the axes from <paramref name="first"/> up to <paramref name="end"/> (null: the last), as a vector.</summary>
    public static Value Between(Value x, int first, int? end) =>
        Emit("Shape", [x], end is { } e ? [Of("start", (long)first), Of("end", (long)e)] : [Of("start", (long)first)]).As(DataType.Int64);

    /// <summary>The extent of one axis, as a vector of one.</summary>
    public static Value Along(Value x, int axis) => Between(x, axis, axis == -1 ? null : axis + 1);

    /// <summary>The one number of a vector, as a scalar.</summary>
    public static Value Scalar(Value one) => Emit("Squeeze", [one]);

    /// <summary>0, 1, 2 and so on, as many as a vector of one says.</summary>
    public static Value Positions(Value count)
    {
        var end = Scalar(count);
        return Emit("Range", [end.Scalar(0), end, end.Scalar(1)]);
    }

    /// <summary>The fixed extent of an axis, or null.</summary>
    public static long? Fixed(Value x, int axis) =>
        x.Type?.Dims is { } dims && (axis < 0 ? axis + dims.Count : axis) is >= 0 and var at && at < dims.Count ? dims[at].Size : null;

    /// <summary>Whether an axis is known to have the same extent in both.</summary>
    public static bool Same(Value x, Value y, int axis) =>
        x.Type?.Dims is { } mine
        && y.Type?.Dims is { } theirs
        && axis < mine.Count
        && axis < theirs.Count
        && mine[axis].SameAs(theirs[axis]);

    /// <summary>Reshape in which 0 stands for the extent that is there.</summary>
    public static Value Reshaped(Value x, int rank, params Value?[] parts) => Emit("Reshape", [x, Concat(0, parts)]).WithRank(rank);

    /// <summary>Whether a node is asked for an output.</summary>
    public static bool Wants(this Forward n, int output) => n.Node.Output.Count > output && n.Node.Output[output].Length > 0;
}
