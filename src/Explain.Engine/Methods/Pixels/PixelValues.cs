using Explain.Engine.Images;

namespace Explain.Engine.Methods.Pixels;

/// <summary>Values in the space of the model's input.</summary>
internal static class PixelValues
{
    /// <summary>The same question asked of the pixels.</summary>
    public static Probe AtInput(this Probe probe) => probe.At(probe.Study.Model.Description.Input.Name);

    /// <summary>Values as the input has them, turned channels first.</summary>
    /// <param name="probe">Whose input.</param>
    /// <param name="values">Row-major in the layout of the input, one row of it.</param>
    public static Attribution Of(Probe probe, float[] values)
    {
        var spec = probe.Study.Model.Description.Input;
        var (height, width) = InputExtent.Of(spec, probe.Study.Input);
        var channels = values.Length / (height * width);
        return new Attribution(channels, height, width, spec.Layout == TensorLayout.Nchw ? values : ChannelsFirst(values, channels));
    }

    private static float[] ChannelsFirst(float[] values, int channels)
    {
        var (turned, area) = (new float[values.Length], values.Length / channels);
        for (var i = 0; i < area; i++)
            for (var c = 0; c < channels; c++) turned[(c * area) + i] = values[(i * channels) + c];
        return turned;
    }
}
