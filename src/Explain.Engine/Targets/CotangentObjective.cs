using Explain.Autodiff;

namespace Explain.Engine.Targets;

/// <summary>A weighted sum of all class scores.</summary>
/// <param name="Function">What of the class scores is differentiated.</param>
/// <param name="Weights">Factor of each, [K].</param>
internal sealed record CotangentObjective(ScoreFunction Function, float[] Weights) : IObjective
{
    /// <inheritdoc/>
    public long[]? Classes => null;

    /// <inheritdoc/>
    public IObjective Resolve(IReadOnlyList<int> ranking) => this;

    /// <inheritdoc/>
    public double Value(ReadOnlySpan<float> scores)
    {
        var (values, sum) = (ScoreFunctions.Apply(Function, scores), 0.0);
        for (var k = 0; k < values.Length; k++) sum += Weights[k] * values[k];
        return sum;
    }
}
