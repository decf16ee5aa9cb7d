using Explain.Autodiff.Backpropagation;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Objectives;

/// <summary>A weighted sum of all numbers of an item.</summary>
/// <param name="Function">What of the item is differentiated.</param>
/// <param name="Weights">Factor of each, row-major.</param>
internal sealed record CotangentObjective(ScoreFunction Function, float[] Weights) : IObjective
{
    /// <inheritdoc/>
    public long[]? Classes => null;

    /// <inheritdoc/>
    public IReadOnlyList<long>? Extents { get; init; }

    /// <summary>What it explains, for outputs other than class scores.</summary>
    public OutputFacts? Facts { get; init; }

    /// <inheritdoc/>
    public bool Settled => true;

    /// <inheritdoc/>
    public IObjective Resolve(IReadOnlyList<long> extents, ReadOnlySpan<float> scores) => this;

    /// <inheritdoc/>
    public double Value(ReadOnlySpan<float> scores)
    {
        if (scores.Length != Weights.Length)
            throw Changed();
        var sum = 0.0;
        if (Function == ScoreFunction.Logit)
        {
            // A map has millions of numbers, most of them with the factor 0.
            for (var k = 0; k < scores.Length; k++)
                sum += (double)Weights[k] * scores[k];
            return sum;
        }
        var values = ScoreValues.Apply(Function, scores, Extents is { Count: > 0 } ? (int)Extents[^1] : 1);
        for (var k = 0; k < values.Length; k++)
            sum += Weights[k] * values[k];
        return sum;
    }

    /// <summary>The places of an objective are not there any more.</summary>
    public static ExplainException Changed() =>
        new(
            ExplainError.MethodNotSupported,
            "the explained output has another shape for a changed image; methods that change the image cannot explain it, "
                + "those that look at the image as it is can"
        );
}
