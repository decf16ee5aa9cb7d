using Explain.Autodiff.Backpropagation;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Objectives;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Targets.Outputs;

/// <summary>A cotangent given as a tensor shaped like the output.</summary>
/// <param name="cotangent">One item; its shape leads with the batch axis where the output has one.</param>
internal sealed class GivenRule(FloatTensor cotangent) : IOutputRule
{
    /// <inheritdoc/>
    public ScoreFunction Function => ScoreFunction.Logit;

    /// <inheritdoc/>
    public void Check(OutputAxes axes)
    {
        if (cotangent.Shape.Count == axes.Extents.Count && cotangent.Shape.Zip(axes.Extents).All(e => e.Second < 0 || e.First == e.Second))
            return;
        throw new ExplainException(
            ExplainError.InvalidRequest,
            $"'cotangent' has {OutputShape.Text(cotangent.Shape)} for an item, {axes.Text}"
        );
    }

    /// <inheritdoc/>
    public OutputScalar Make(OutputAxes axes, ReadOnlySpan<float> values, Model model)
    {
        Check(axes);
        return new OutputScalar(cotangent.Values, new OutputFacts(axes.Output, 0) { Weights = cotangent.Shape });
    }
}
