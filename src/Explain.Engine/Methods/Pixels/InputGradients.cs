using System.Numerics.Tensors;
using Explain.Autodiff;

namespace Explain.Engine.Methods.Pixels;

/// <summary>The methods that are the gradient of the score with respect to the pixels, and the walk over gradients at other inputs.</summary>
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
    /// <returns>Gradients in that layout; each is valid until the next is asked for.</returns>
    public static IEnumerable<float[]> At(Probe probe, int count, Action<int, Span<float>> fill)
    {
        var (like, layer) = (probe.Input, probe.Study.Model.Description.Input.Name);
        var length = like.Values.Length;
        var together = probe.Study.Model.BatchSize ?? Probe.BatchRows;
        var gradient = new float[length];
        for (var start = 0; start < count; start += together)
        {
            var inputs = new FloatTensor([Math.Min(together, count - start), .. like.Shape.Skip(1)], new float[Math.Min(together, count - start) * length]);
            for (var n = 0; n < inputs.Shape[0]; n++) fill(start + n, inputs.Values.AsSpan(n * length, length));
            foreach (var (first, pass) in probe.Differentiate(inputs, [layer], GradientRules.Plain))
            {
                for (var n = 0; n < pass.Gradients[layer].Rows && first + n < inputs.Shape[0]; n++)
                {
                    pass.Gradients[layer].Row(n).CopyTo(gradient);
                    yield return gradient;
                }
            }
        }
    }
}
