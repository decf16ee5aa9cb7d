namespace Explain.Engine.Measures;

/// <summary>Puts what a measure found into the answer.</summary>
/// <param name="found">What the rows above found.</param>
/// <param name="of">What is measured.</param>
internal delegate Faithfulness MeasureFunction(Faithfulness found, Measurement of);

/// <summary>A measure: a row of the table.</summary>
/// <param name="Facts">What clients read of it.</param>
/// <param name="Find">The measure.</param>
/// <param name="Value">What it put into the answer, as a number; null where it is missing.</param>
internal sealed record Measure(MeasureFacts Facts, MeasureFunction Find, Func<Faithfulness, double?> Value)
{
    /// <summary>Pictures whose scores it needs: each takes a forward pass, once for all measures.</summary>
    public IReadOnlyList<Pictures> Shown { get; init; } = [];

    /// <summary>Pictures whose maps it needs: each is explained as the image was.</summary>
    public IReadOnlyList<Pictures> Explained { get; init; } = [];
}

/// <summary>What a measure is.</summary>
/// <param name="Name">Its field in the answer.</param>
/// <param name="Summary">What it says, and whose definition it is.</param>
/// <param name="Range">Its values.</param>
/// <param name="Better">Which of them are better.</param>
public sealed record MeasureFacts(string Name, string Summary, string Range, string Better)
{
    /// <summary>Whether less of it is better.</summary>
    public bool IsLowerBetter => Better.StartsWith(MeasureTable.Lower, StringComparison.Ordinal);
}
