using Explain.Autodiff.Backpropagation;
using Explain.Engine.Models;
using Explain.Engine.Objectives;

namespace Explain.Engine.Targets.Outputs;

/// <summary>An output that is one number, such as the value of a state or a regression.</summary>
internal sealed class WholeRule : IOutputRule
{
    /// <inheritdoc/>
    public ScoreFunction Function => ScoreFunction.Logit;

    /// <inheritdoc/>
    public void Check(OutputAxes axes)
    {
        if (axes.Count is { } count && count != 1)
            throw OutputAxes.Invalid($"{axes.Text}, which is not one number; say which: {string.Join(", ", TargetForms.For(axes))}");
    }

    /// <inheritdoc/>
    public OutputScalar Make(OutputAxes axes, ReadOnlySpan<float> values, Model model)
    {
        Check(axes);
        return new OutputScalar([1], new OutputFacts(axes.Output, 0));
    }
}
