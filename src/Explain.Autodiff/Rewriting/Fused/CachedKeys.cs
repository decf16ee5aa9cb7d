using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>
/// Which keys each item of a batch has in com.microsoft's grouped attention: seqlens_k says how many they are, less one. Where fewer
/// queries
/// come than the batch has keys, an item's queries are its last keys, and those before lie at the start of the past.
/// </summary>
internal sealed class CachedKeys
{
    private const int Past = 3;
    private const int Last = 5;
    private const int All = 6;

    private readonly Value _queries;
    private readonly Value _all;
    private readonly Value _first;
    private readonly Value _isFirst;
    private readonly bool _hasPast;

    /// <summary>The keys of a node's items.</summary>
    /// <param name="n">The node.</param>
    /// <param name="queries">How many queries there are, as a vector of one.</param>
    public CachedKeys(Forward n, Value queries)
    {
        (_queries, _all) = (queries, Reshape(Masks.Long(n[All]), 1));
        Total = Reshape(Masks.Long(n[Last]), -1).WithRank(1) + 1;
        _hasPast = n.Has(Past);
        _isFirst = Emit("Equal", [_all, queries]).As(DataType.Bool);
        _first = _hasPast ? (Total - queries) * (1 - Cast(_isFirst, DataType.Int64)) : Total * 0;
        Positions = Unsqueeze(_first, Ints(n.Graph, 1)) + Extents.Positions(queries);
    }

    /// <summary>How many keys each item has: [batch].</summary>
    public Value Total { get; }

    /// <summary>At which of its item's keys each query is: [batch, queries].</summary>
    public Value Positions { get; }

    /// <summary>By which position each query is turned, where positions are given: at first the very first of them counts alone.</summary>
    public Value Turning(Value positions)
    {
        var counted =
            Reshape(Slice(Reshape(positions, -1), Ints(positions.Graph, 0), Ints(positions.Graph, 1)), 1, 1)
            + (Positions - Unsqueeze(_first, Ints(positions.Graph, 1)));
        return _hasPast ? Where(_isFirst, counted, positions) : counted;
    }

    /// <summary>What lies in the past and what is new of each item, one behind the other, and zeros: [batch, groups, keys, size].</summary>
    public Value Join(Value? past, Value fresh)
    {
        if (past is not { } before)
            return fresh;
        var (g, room) = (fresh.Graph, Extents.Along(before, 2));
        var both = Concat(2, before, fresh).WithRank(4);
        Value Rows(Value items) => Unsqueeze(items, Ints(g, 1));
        var keys = Extents.Positions(Emit("Max", [room, _all]));
        var isOld = Masks.IsLess(keys, Rows(_first));
        // Behind the last of an item's keys any will do.
        var at = Where(isOld, keys, Emit("Min", [keys - Rows(_first), _queries - 1]) + room);
        var shape = Concat(0, Extents.Between(fresh, 0, 2), Ints(g, 1), Extents.Along(fresh, 3));
        var everywhere = Expand(Unsqueeze(at, Ints(g, 1, 3)), shape);
        var joined = Emit("GatherElements", [both, everywhere], Of("axis", 2L)).WithRank(4);
        var isThere = Unsqueeze(Masks.IsLess(keys, Rows(Total)), Ints(g, 1, 3));
        return Where(isThere, joined, joined.Scalar(0)).WithRank(4);
    }
}
