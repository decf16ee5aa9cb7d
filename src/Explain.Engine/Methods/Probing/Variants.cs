namespace Explain.Engine.Methods.Probing;

/// <summary>Writes a variant.</summary>
/// <param name="index">Which one, from 0.</param>
/// <param name="values">One item, shaped like what it is a variant of; receives every value.</param>
internal delegate void VariantFill(int index, Span<float> values);

/// <summary>
/// Variants of an input, or of a layer's values, whose scores are wanted: each is made when its turn comes, because all of them together
/// would not fit in memory.
/// </summary>
/// <param name="Name">All that the variants of an item depend on: those of the same name are made and run once in a study, for all its
/// objectives.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Fill">Makes one; the same for the same index, in whatever order and batches they are asked for.</param>
internal sealed record Variants(string Name, int Count, VariantFill Fill)
{
    /// <summary>Whether some of them are worth nothing, so that time may not be up before the last.</summary>
    public bool AllOrNothing { get; init; }

    /// <summary>Hears when more of them are known, but not all: the scalars of each round, and of how many variants.</summary>
    public Action<double[][], int>? Grown { get; init; }

    /// <summary>Hears of every variant in turn when its scores are known: its scalar in each round.</summary>
    public Action<double[]>? Seen { get; init; }
}
