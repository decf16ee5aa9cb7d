using Explain.Autodiff.Backpropagation;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Objectives;

namespace Explain.Engine.Targets.Outputs;

/// <summary>An entry of an index: a place, a label, or the place with the largest number.</summary>
/// <param name="Place">From 0; -1 for the others.</param>
/// <param name="Label">A label of the class axis; null for the others.</param>
internal readonly record struct IndexEntry(long Place, string? Label)
{
    /// <summary>The place with the largest number, all other places given.</summary>
    public static readonly IndexEntry Largest = new(-1, null);

    /// <summary>Whether it is searched for.</summary>
    public bool IsLargest => Place < 0 && Label is null;
}

/// <summary>The sum of a part of an output: an element, a slice, the pixels of a class, a cell of a table of detections.</summary>
/// <param name="index">Leading places; what is left out is summed over. Null for everything.</param>
/// <param name="region">Which places of a map are summed over; null for all.</param>
internal sealed class SelectionRule(IReadOnlyList<IndexEntry>? index, IRegion? region) : IOutputRule
{
    /// <inheritdoc/>
    public ScoreFunction Function => ScoreFunction.Logit;

    /// <inheritdoc/>
    public void Check(OutputAxes axes)
    {
        if (region is null)
            Places(axes);
        else
            CheckRegion(axes);
    }

    /// <inheritdoc/>
    public OutputScalar Make(OutputAxes axes, ReadOnlySpan<float> values, Model model)
    {
        Check(axes);
        return region is null ? Slice(axes, values) : InRegion(axes, values);
    }

    private OutputScalar Slice(OutputAxes axes, ReadOnlySpan<float> values)
    {
        var (places, strides) = (Places(axes), axes.Strides());
        var (start, searched) = (0, Array.IndexOf(places, -1));
        for (var axis = 0; axis < places.Length; axis++)
            start += (int)Math.Max(places[axis], 0) * strides[axis];
        if (searched >= 0)
        {
            var best = 0;
            for (var i = 1; i < axes.Extents[searched]; i++)
            {
                if (values[start + i * strides[searched]] > values[start + best * strides[searched]])
                    best = i;
            }

            places[searched] = best;
            start += best * strides[searched];
        }
        var cotangent = new float[values.Length];
        cotangent.AsSpan(start, places.Length == 0 ? values.Length : strides[places.Length - 1]).Fill(1);
        return new OutputScalar(cotangent, new OutputFacts(axes.Output, 0) { Index = places, Label = LabelOf(axes, places) });
    }

    private OutputScalar InRegion(OutputAxes axes, ReadOnlySpan<float> values)
    {
        var chosen = region!.Find(axes, ClassOf(axes), values);
        var cotangent = new float[values.Length];
        var layout = MapLayout.Of(axes);
        long[]? place = ClassOf(axes) is { } index ? [index] : null;
        for (var c = place is null ? 0 : (int)place[0]; c < (place is null ? layout.Classes : place[0] + 1); c++)
        {
            for (var at = 0; at < chosen.Length; at++)
            {
                if (chosen[at])
                    cotangent[layout.Offset(c, at)] = 1;
            }
        }

        return new OutputScalar(
            cotangent,
            new OutputFacts(axes.Output, 0)
            {
                Index = place,
                Label = place is null
                    ? null
                    : LabelOf(axes, layout.ClassAxis is { } axis ? [.. Enumerable.Repeat(0L, axis), place[0]] : place),
                Region = region.Name,
                RegionSize = chosen.Count(c => c),
            }
        );
    }

    private void CheckRegion(OutputAxes axes)
    {
        if (axes.Extents.Count is not (2 or 3))
            throw OutputAxes.Invalid($"a region needs an output with two axes of places, and perhaps one of classes; {axes.Text}");
        if (index is { Count: > 1 } || index is [{ IsLargest: true }])
            throw OutputAxes.Invalid("an index beside a region is one class: \"index\":[c]");
        if (index is not null && MapLayout.Of(axes).ClassAxis is null)
            throw OutputAxes.Invalid($"{axes.Text}: without an axis of classes there is nothing to index beside a region");
        region!.Check(axes, ClassOf(axes));
    }

    private long? ClassOf(OutputAxes axes) => index is null ? null : Place(axes, index[0], MapLayout.Of(axes).ClassAxis!.Value);

    private long[] Places(OutputAxes axes)
    {
        var entries = index ?? [];
        if (entries.Count > axes.Extents.Count)
            throw OutputAxes.OutOfRange($"index has {entries.Count} entries, {axes.Text}: at most {axes.Extents.Count}");
        if (entries.Count(e => e.IsLargest) is var searched && (searched > 1 || (searched == 1 && entries.Count < axes.Extents.Count)))
            throw OutputAxes.Invalid($"\"max\" needs a number for every other axis; {axes.Text}");
        return [.. entries.Select((entry, axis) => entry.IsLargest ? -1 : Place(axes, entry, axis))];
    }

    private static long Place(OutputAxes axes, IndexEntry entry, int axis)
    {
        if (entry.Label is { } label && axis != axes.ClassAxis)
        {
            throw OutputAxes.Invalid(
                $"'{label}' in index: labels stand for classes, which are on axis {axes.ClassAxis} of {OutputShape.Text(axes.Extents)}"
            );
        }

        var place = entry.Label is null
            ? entry.Place
            : new TargetParser(axes.ClassLabels, (int)axes.Extents[axis]).ParseOne(entry.Label).Code;
        if (place < 0)
            throw OutputAxes.Invalid($"'{entry.Label}' in index is no class; \"max\" stands for the place with the largest number");
        return axes.Extents[axis] < 0 || place < axes.Extents[axis]
            ? place
            : throw OutputAxes.OutOfRange(
                $"index {place} of axis {axis} does not exist: "
                    + $"{axes.Text}{(axes.Extents[axis] == 0 ? ", which has none" : $"; allowed: 0 to {axes.Extents[axis] - 1}")}"
            );
    }

    private static string? LabelOf(OutputAxes axes, long[] places) =>
        axes.ClassAxis is { } axis && axis < places.Length && axes.ClassLabels.Count > 0 ? axes.ClassLabels[(int)places[axis]] : null;
}
