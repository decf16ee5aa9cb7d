namespace Explain.Engine.Vocabulary;

/// <summary>How well values account for what they explain, for methods whose values should add up to it.</summary>
/// <param name="Sum">What the values add up to.</param>
/// <param name="Expected">What they should add up to: the score, or its difference from a baseline's.</param>
public sealed record Completeness(double Sum, double Expected)
{
    /// <summary>The difference as a share of the larger of the two; 0 is exact.</summary>
    public double Error => Sum == Expected ? 0 : Math.Abs(Sum - Expected) / Math.Max(Math.Abs(Sum), Math.Abs(Expected));
}
