namespace Explain.Engine.Measures;

/// <summary>
/// The scores from which the areas are made, in equal steps: from the first value, before any pixel has changed, to the last, after all of
/// them.
/// </summary>
/// <param name="Deletion">While pixels go, the most important first.</param>
/// <param name="Insertion">While they come, the most important first.</param>
public sealed record FaithfulnessCurves(IReadOnlyList<double> Deletion, IReadOnlyList<double> Insertion);
