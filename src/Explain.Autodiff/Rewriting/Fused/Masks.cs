using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>
/// Which keys a query sees, as conditions that broadcast to [batch, heads, queries, keys]. None of them has a derivative.
/// </summary>
internal static class Masks
{
    /// <summary>Keys up to the query itself: [queries, keys].</summary>
    /// <param name="scores">[batch, heads, queries, keys].</param>
    /// <param name="before">How many keys lie before the first query, in all or as [batch, 1, 1, 1]; null for none.</param>
    public static Value Causal(Value scores, Value? before)
    {
        var (queries, keys) = (Extents.Positions(Extents.Along(scores, 2)), Extents.Positions(Extents.Along(scores, 3)));
        var rows = Unsqueeze(queries, Ints(scores.Graph, 1));
        return NotAfter(keys, before is { } lead ? rows + lead : rows);
    }

    /// <summary>The number of keys if there is a single query, which sees all of them in ONNX Runtime's kernels; else 0.</summary>
    public static Value AllIfSingle(Value scores)
    {
        var isSingle = Emit("Equal", [Extents.Along(scores, 2), Ints(scores.Graph, 1)]).As(DataType.Bool);
        return Cast(isSingle, DataType.Int64) * Extents.Along(scores, 3);
    }

    /// <summary>Keys before an end, one for each item of the batch: [batch, 1, 1, keys].</summary>
    public static Value Before(Value scores, Value ends) => IsLess(Extents.Positions(Extents.Along(scores, 3)), Columns(ends));

    /// <summary>Keys from a start on, one for each item of the batch: [batch, 1, 1, keys].</summary>
    public static Value From(Value scores, Value starts) => NotAfter(Columns(starts), Extents.Positions(Extents.Along(scores, 3)));

    /// <summary>Where a mask of integers is above 0.</summary>
    public static Value Above0(Value mask) => IsLess(mask.Scalar(0), mask);

    /// <summary>Whether one number is not above another.</summary>
    public static Value NotAfter(Value a, Value b) => Emit("LessOrEqual", [a, b]).As(DataType.Bool);

    /// <summary>Whether one number is below another.</summary>
    public static Value IsLess(Value a, Value b) => Emit("Less", [a, b]).As(DataType.Bool);

    /// <summary>Where both hold.</summary>
    public static Value Both(Value a, Value b) => Emit("And", [a, b]);

    /// <summary>Integers of any width as int64.</summary>
    public static Value Long(Value x) => x.Element == DataType.Int64 ? x : Cast(x, DataType.Int64);

    /// <summary>One number for each item of the batch, as [batch, 1, 1, 1].</summary>
    public static Value Columns(Value items) => Unsqueeze(Long(items), Ints(items.Graph, 1, 2, 3));
}
