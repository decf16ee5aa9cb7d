using Explain.Engine.Images;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Engine.Methods.Options;

/// <summary>An image that says nothing, in the shape and layout of an input.</summary>
/// <param name="input">[1, …].</param>
/// <param name="spec">How images become inputs.</param>
/// <returns>As many values.</returns>
internal delegate float[] Baseline(FloatTensor input, InputSpec spec);

/// <summary>What attributions are measured from.</summary>
public static class Baselines
{
    // Standard deviation of the blur as a share of a side: 11 pixels of 224, where no object can be told any more.
    private const double BlurShare = 0.05;

    // csharpier-ignore
    private static readonly Dictionary<string, Baseline> Table = new()
    {
        ["zero"] = (input, _) => new float[input.Values.Length],
        ["black"] = (input, spec) => Colour(input, spec, 0),
        ["white"] = (input, spec) => Colour(input, spec, byte.MaxValue),
        ["blur"] = Blurred,
    };

    /// <summary>Names in the API.</summary>
    public static IReadOnlyCollection<string> Names => Table.Keys;

    /// <summary>What is used when nothing is asked for: the zero of the model's input, which for most models is the mean image.</summary>
    public const string Default = "zero";

    /// <summary>The baseline of an input.</summary>
    internal static float[] Of(string name, FloatTensor input, InputSpec spec) => Table[name](input, spec);

    private static float[] Colour(FloatTensor input, InputSpec spec, byte pixel)
    {
        var (values, channels) = (new float[input.Values.Length], spec.Channels);
        var area = values.Length / channels;
        for (var i = 0; i < values.Length; i++)
        {
            var c = spec.Layout == TensorLayout.Nchw ? i / area : i % channels;
            values[i] = (pixel * spec.Scale - spec.Mean[c]) / spec.Std[c];
        }
        return values;
    }

    private static float[] Blurred(FloatTensor input, InputSpec spec)
    {
        var (height, width) = InputExtent.Of(spec, input);
        var pixel = spec.Layout == TensorLayout.Nchw ? 1 : spec.Channels;
        var (rows, values) = (new float[input.Values.Length], new float[input.Values.Length]);
        GaussianBlur.Along(input.Values, width, pixel, BlurShare * width, rows);
        GaussianBlur.Along(rows, height, width * pixel, BlurShare * height, values);
        return values;
    }
}
