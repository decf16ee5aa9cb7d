using Explain.Autodiff.Backpropagation;
using Explain.Engine.Models;
using Explain.Engine.Objectives;

namespace Explain.Engine.Targets.Outputs;

/// <summary>A scalar of an output, before the item's values are known.</summary>
/// <param name="Axes">The axes as far as they are known before; extents that depend on the image are -1.</param>
/// <param name="Rule">How the scalar is made.</param>
/// <param name="Model">The model with the item's further inputs.</param>
/// <param name="Score">The scalar as it is, or negated.</param>
internal sealed record OutputObjective(OutputAxes Axes, IOutputRule Rule, Model Model, Score Score) : IObjective
{
    /// <inheritdoc/>
    public ScoreFunction Function => Rule.Function;

    /// <inheritdoc/>
    public long[]? Classes => null;

    /// <inheritdoc/>
    public float[] Weights => throw new InvalidOperationException("the cotangent is known when the objective is resolved");

    /// <inheritdoc/>
    public IReadOnlyList<long>? Extents => Axes.Extents;

    /// <inheritdoc/>
    public bool Settled => false;

    /// <inheritdoc/>
    public IObjective Resolve(IReadOnlyList<long> extents, ReadOnlySpan<float> scores)
    {
        var (cotangent, facts) = Rule.Make(Axes with { Extents = extents }, scores, Model);
        return new CotangentObjective(Function, Score.Weight == 1 ? cotangent : Array.ConvertAll(cotangent, v => Score.Weight * v))
        {
            Extents = extents,
            Facts = facts,
        };
    }

    /// <inheritdoc/>
    public double Value(ReadOnlySpan<float> scores) =>
        throw new InvalidOperationException("the value is known when the objective is resolved");
}
