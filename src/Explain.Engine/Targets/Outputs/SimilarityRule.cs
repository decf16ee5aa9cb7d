using Explain.Autodiff.Backpropagation;
using Explain.Engine.Models;
using Explain.Engine.Objectives;

namespace Explain.Engine.Targets.Outputs;

/// <summary>The cosine of the angle between the output and a reference.</summary>
/// <param name="kind">What the reference is: <c>image</c> or <c>vector</c>.</param>
/// <param name="reference">Finds it: the same output of another image, or numbers as given.</param>
internal sealed class SimilarityRule(string kind, Func<Model, float[]> reference) : IOutputRule
{
    /// <inheritdoc/>
    public ScoreFunction Function => ScoreFunction.Direction;

    /// <inheritdoc/>
    public void Check(OutputAxes axes)
    {
        if (axes.Count == 1)
            throw OutputAxes.Invalid($"{axes.Text}, and one number has no direction to compare");
    }

    /// <inheritdoc/>
    public OutputScalar Make(OutputAxes axes, ReadOnlySpan<float> values, Model model)
    {
        if (model.Shape.Alone)
            throw OutputAxes.Invalid($"'{axes.Output}' has no batch axis, so it is not compared with that of another image");
        var other = reference(model);
        if (other.Length != values.Length)
            throw OutputAxes.OutOfRange($"the {kind} to compare with has {other.Length} numbers, {axes.Text}");
        var length = Math.Sqrt(other.Sum(v => (double)v * v));
        if (length == 0)
            throw OutputAxes.Invalid($"the {kind} to compare with is 0 throughout, which has no direction");
        return new OutputScalar(Array.ConvertAll(other, v => (float)(v / length)), new OutputFacts(axes.Output, 0) { SimilarTo = kind });
    }
}
