namespace Explain.Engine.Methods.Probing;

/// <summary>What a method is, for discovery.</summary>
/// <param name="Id">Lower-case id used in the API.</param>
/// <param name="Summary">One line.</param>
/// <param name="Paper">Authors, year, and the equation.</param>
/// <param name="Cost">Cost class: <c>forward</c>, <c>forward+backward</c>, ….</param>
/// <param name="Needs">What it needs from the model.</param>
/// <param name="Threshold">Default share of the maximum for boxes and masks.</param>
public sealed record MethodInfo(string Id, string Summary, string Paper, string Cost, string Needs, float Threshold)
{
    /// <summary>Where this method departs from what other tools call by its name, and why; null where it does not.</summary>
    public string? Notes { get; init; }

    /// <summary>The values of <c>compat</c> that it knows besides <c>none</c>: whose constants and order of steps it can follow.</summary>
    public IReadOnlyList<string> Compat { get; init; } = [];
}
