using Explain.Autodiff.Backpropagation;
using Explain.Engine.Models;
using Explain.Engine.Objectives;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Targets.Outputs;

/// <summary>A cotangent and what it stands for.</summary>
/// <param name="Cotangent">One factor for each number of an item, row-major.</param>
/// <param name="Facts">What is explained; the value is filled in when it is known.</param>
internal sealed record OutputScalar(float[] Cotangent, OutputFacts Facts);

/// <summary>How a scalar is made of one item of an output: Σ cotangent · f(output).</summary>
internal interface IOutputRule
{
    /// <summary>f.</summary>
    ScoreFunction Function { get; }

    /// <summary>Checks what can be checked before anything is computed.</summary>
    /// <param name="axes">The axes; extents that depend on the image are -1.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.TargetOutOfRange"/> or
    /// <see cref="ExplainError.InvalidParameter"/>.</exception>
    void Check(OutputAxes axes);

    /// <summary>The cotangent for an item.</summary>
    /// <param name="axes">The axes, all extents known.</param>
    /// <param name="values">The item.</param>
    /// <param name="model">The model with the item's further inputs, for what has to be computed by it.</param>
    /// <exception cref="ExplainException">The item has no such place.</exception>
    OutputScalar Make(OutputAxes axes, ReadOnlySpan<float> values, Model model);
}
