using System.Numerics.Tensors;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;

namespace Explain.Engine.Methods.Pixels;

/// <summary>
/// The methods that are the gradient of the score with respect to the pixels, and the walk over gradients at other inputs.
/// </summary>
internal static class InputGradients
{
    /// <summary>|∂y/∂x| (Simonyan et al. 2014, section 3.1).</summary>
    public static Attribution Magnitude(Probe probe)
    {
        var values = PixelValues.Of(probe.Gradient);
        TensorPrimitives.Abs(values.Values, values.Values);
        return values;
    }

    /// <summary>x · ∂y/∂x (Shrikumar et al. 2016).</summary>
    public static Attribution TimesInput(Probe probe)
    {
        var values = PixelValues.Of(probe.Gradient);
        TensorPrimitives.Multiply(values.Values, probe.Activation.Values, values.Values);
        return values;
    }

    /// <summary>∂y/∂x at other inputs, one after the other; a few at a time go through the model together.</summary>
    /// <param name="probe">The question.</param>
    /// <param name="count">How many inputs.</param>
    /// <param name="fill">Writes the input of a number from 0, in the layout of the model's input.</param>
    /// <param name="until">When they should be done.</param>
    /// <param name="least">How many are done in any case.</param>
    /// <returns>Gradients in that layout; each is valid until the next is asked for. Those of the first inputs only when time is up before
    /// the last.</returns>
    public static IEnumerable<float[]> At(Probe probe, int count, Action<int, Span<float>> fill, Deadline until = default, int least = 1)
    {
        var layer = probe.Study.Model.Description.Input.Name;
        var gradient = new float[probe.Input.Values.Length];
        foreach (var (pass, item) in probe.Differentiate(count, fill, [layer], until, least))
        {
            pass.Gradients[layer].Item(item).CopyTo(gradient);
            yield return gradient;
        }
    }
}
