using Explain.Autodiff.Backpropagation;

namespace Explain.Engine.Objectives;

/// <summary>The score of a class, or a difference of two.</summary>
internal sealed record ClassObjective(Score Score, Target Target) : IObjective
{
    /// <inheritdoc/>
    public ScoreFunction Function => Score.Function;

    /// <inheritdoc/>
    public long[] Classes => Score.Against is { } other ? [Target.Code, other.Code] : [Target.Code];

    /// <inheritdoc/>
    public float[] Weights => Score.Against is null ? [Score.Weight] : [Score.Weight, -Score.Weight];

    /// <inheritdoc/>
    public IReadOnlyList<long>? Extents => null;

    /// <inheritdoc/>
    /// <remarks>The graph finds the predicted class itself, but no other rank.</remarks>
    public bool Settled => Classes.All(code => code >= -1);

    /// <inheritdoc/>
    public IObjective Resolve(IReadOnlyList<long> extents, ReadOnlySpan<float> scores)
    {
        if (Classes.All(code => code >= 0))
            return this;
        var ranking = Ranking.Of(scores);
        return new ClassObjective(
            Score with
            {
                Against = Score.Against is { } other ? new Target(other.Resolve(ranking)) : null,
            },
            new Target(Target.Resolve(ranking))
        );
    }

    /// <inheritdoc/>
    public double Value(ReadOnlySpan<float> scores)
    {
        var values = ScoreValues.Apply(Score.Function, scores);
        var value = Score.Weight * values[(int)Target.Code];
        return Score.Against is { } other ? value - Score.Weight * values[(int)other.Code] : value;
    }
}
