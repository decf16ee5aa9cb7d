using Explain.Autodiff.Backpropagation;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Objectives;

namespace Explain.Engine.Targets.Outputs;

/// <summary>Weights for every number of an output, or for every class whatever its place.</summary>
/// <param name="shape">Extents as they were nested.</param>
/// <param name="weights">Row-major.</param>
internal sealed class WeightsRule(IReadOnlyList<long> shape, float[] weights) : IOutputRule
{
    /// <inheritdoc/>
    public ScoreFunction Function => ScoreFunction.Logit;

    /// <inheritdoc/>
    public void Check(OutputAxes axes)
    {
        var dense =
            (shape.Count == axes.Extents.Count && shape.Zip(axes.Extents).All(e => e.Second < 0 || e.First == e.Second))
            || (shape.Count == 1 && axes.Count is { } count && shape[0] == count);
        if (!dense && !IsByClass(axes))
        {
            throw OutputAxes.OutOfRange(
                $"weights have {OutputShape.Text(shape)}, {axes.Text}; allowed: that shape, flat or "
                    + $"nested{(axes.ClassAxis is { } axis ? $", or one for each of the {axes.Extents[axis]} classes" : "")}"
            );
        }
    }

    /// <inheritdoc/>
    public OutputScalar Make(OutputAxes axes, ReadOnlySpan<float> values, Model model)
    {
        Check(axes);
        var facts = new OutputFacts(axes.Output, 0) { Weights = shape };
        if (weights.Length == values.Length)
            return new OutputScalar(weights, facts);
        var (axis, cotangent) = (axes.ClassAxis!.Value, new float[values.Length]);
        var (step, classes) = (axes.Strides()[axis], (int)axes.Extents[axis]);
        for (var i = 0; i < cotangent.Length; i++)
            cotangent[i] = weights[i / step % classes];
        return new OutputScalar(cotangent, facts);
    }

    private bool IsByClass(OutputAxes axes) =>
        shape.Count == 1 && axes.ClassAxis is { } axis && (axes.Extents[axis] < 0 || axes.Extents[axis] == shape[0]);
}
