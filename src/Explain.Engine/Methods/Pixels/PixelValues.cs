using Explain.Engine.Methods.Probing;
using Explain.Engine.Models.Sessions;

namespace Explain.Engine.Methods.Pixels;

/// <summary>Values in the space of the model's input.</summary>
internal static class PixelValues
{
    /// <summary>The same question asked of the pixels.</summary>
    public static Probe AtInput(this Probe probe) => probe.At(probe.Study.Model.Description.Input.Name);

    /// <summary>Values as the input has them, turned channels first.</summary>
    /// <param name="probe">Whose input.</param>
    /// <param name="values">Row-major in the layout of the input, one item of it.</param>
    public static Attribution Of(Probe probe, float[] values)
    {
        var description = probe.Study.Model.Description;
        using var tensor = RunTensor.Over([1, .. probe.Study.Input.Shape.Skip(1)], values);
        return Of(FeatureMaps.Of(tensor, 0, description.LayoutOf(description.Input.Name)));
    }

    /// <summary>A copy of values at the pixels.</summary>
    public static Attribution Of(FeatureMaps pixels) => new(pixels.Channels, pixels.Height, pixels.Width, pixels.Values.ToArray());
}
