using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using Explain.Engine.Images;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Engine.Models.Reading;

/// <summary>Fills the gaps of the <c>input</c> section of <c>model.json</c> from the graph.</summary>
internal static class InputResolver
{
    private const int CommonSize = 224;
    private const int ImageNetClasses = 1000;
    private const long LargestExtent = 8192;
    private const long MostValues = 1L << 28;

    /// <summary>
    /// The image input of a graph: the configured one, else the only input of numbers with four axes; integers are floats in the graph by
    /// now.
    /// </summary>
    /// <exception cref="InvalidDataException">There is none, or more than one.</exception>
    public static string Name(Graph graph, ModelManifest manifest)
    {
        var inputs = graph.Inputs.ToArray();
        if (manifest.Input.Name is { } configured)
            return inputs.Contains(configured) ? Single(graph, configured) : throw Bad("input.name", configured, string.Join(", ", inputs));
        var images = inputs.Where(i => graph.Type(i) is { IsFloat: true, Rank: 4 }).ToArray();
        return images.Length == 1
            ? Single(graph, images[0])
            : throw new InvalidDataException(
                images.Length == 0
                    ? $"no input is a tensor of numbers with four axes; the inputs are {string.Join(", ", inputs.Select(i => $"'{i}'"))}"
                    : $"several inputs could be the image ({string.Join(", ", images)}); name one in model.json as input.name"
            );
    }

    private static string Single(Graph graph, string input) =>
        graph.Type(input) is { Element: DataType.Float, Rank: 4 }
            ? input
            : throw new InvalidDataException($"input '{input}' is no tensor of numbers with four axes");

    /// <summary>The whole specification, with a reason for each value that was not configured.</summary>
    /// <param name="graph">The graph, types declared.</param>
    /// <param name="name">The image input.</param>
    /// <param name="manifest"><c>model.json</c>.</param>
    /// <param name="classes">Number of classes, where known.</param>
    /// <param name="quantized">How the file quantises the input, when it is made of integers there.</param>
    /// <param name="folder">Where weights beside the file are.</param>
    /// <param name="guesses">Receives the reasons.</param>
    /// <param name="cancellation">Ends it.</param>
    public static InputSpec Resolve(
        Graph graph,
        string name,
        ModelManifest manifest,
        int? classes,
        QuantizedInput? quantized,
        string? folder,
        List<Guess> guesses,
        CancellationToken cancellation
    )
    {
        var section = manifest.Input;
        var dims = graph.Type(name)!.Dims!;
        RequireExtents(name, dims);
        foreach (var other in graph.Inputs.Where(i => i != name))
            RequireFits(other, graph.Type(other)?.Dims ?? []);
        var layout = Parse(section.Layout, "input.layout", () => Layout(dims, guesses));
        var (channelAxis, spatialAxis) = layout == TensorLayout.Nchw ? (1, 2) : (3, 1);
        var channels = (int)(dims[channelAxis].Size ?? 3);
        var (height, width) = Size(section.Size, dims, spatialAxis, guesses);
        var unscaled = section is { Scale: null, Mean: null, Std: null };
        var conventional = channels == PixelConvention.ImageNet.Mean.Count && classes == ImageNetClasses && unscaled && quantized is null;
        long[] shape = layout == TensorLayout.Nchw ? [1, channels, height, width] : [1, height, width, channels];
        shape[0] = dims[0].Size ?? 1;
        var pixels =
            !unscaled ? new PixelReading(PixelConvention.Unit(channels), null, null)
            : quantized is not null ? PixelReading.Of(quantized, channels)
            : PixelReading.Of(graph, name, shape, channelAxis, conventional, folder, cancellation);
        if (pixels.Reason is { } reason)
            guesses.Add(new Guess("input.mean", pixels.Convention.Name, reason));
        var fit = Parse(section.Fit, "input.fit", () => Guessed(guesses, "input.fit", Fit.Crop, "keeps proportions"));
        var spec = new InputSpec
        {
            Name = name,
            Layout = layout,
            Color = Parse(section.Color, "input.color", () => Color(channels, pixels, guesses)),
            Height = height,
            Width = width,
            Fit = fit,
            ResizeTo = section.ResizeTo ?? (fit == Fit.Crop ? ResizeTo(height, width, conventional, guesses) : Math.Min(height, width)),
            Interpolation = Parse(section.Interpolation, "input.interpolation", () => Interpolation.Bilinear),
            Alpha = Parse(section.Alpha, "input.alpha", () => AlphaMode.White),
            Decode = Parse(section.Decode, "input.decode", () => Decoding.Exact),
            Scale = section.Scale ?? pixels.Convention.Scale,
            Mean = section.Mean ?? pixels.Convention.Mean,
            Std = section.Std ?? pixels.Convention.Std,
        };
        Check(spec, channels);
        if (!spec.TakesImages)
        {
            guesses.Add(
                new Guess(
                    "input",
                    "tensors only",
                    $"the input has {channels} channels, so no image can be made into it; the Open Inference Protocol takes tensors"
                )
            );
        }

        return spec;
    }

    // What the file says is believed before anything is run, and memory is taken for it.
    private static void RequireExtents(string name, IReadOnlyList<Dim> dims)
    {
        var extents = dims.Where(d => d.Size is not null).Select(d => d.Size!.Value).ToArray();
        if (extents.Any(e => e is < 1 or > LargestExtent) || extents.Aggregate(1.0, (a, b) => a * b) > MostValues)
        {
            throw new InvalidDataException(
                $"input '{name}' has the shape {Shape(dims)}; each extent may be 1 to {LargestExtent}, and all together {MostValues} values"
            );
        }
    }

    // Of an input that is given as numbers an extent may be 0, and as large as the memory that its caller may take.
    private static void RequireFits(string name, IReadOnlyList<Dim> dims)
    {
        if (dims.Any(d => d.Size < 0) || dims.Aggregate(1.0, (count, d) => count * (d.Size ?? 1)) > MostValues)
            throw new InvalidDataException($"input '{name}' has the shape {Shape(dims)}; allowed are {MostValues} values");
    }

    private static string Shape(IReadOnlyList<Dim> dims) =>
        $"[{string.Join(", ", dims.Select(d => d.Size is { } size ? $"{size}" : "any"))}]";

    private static TensorLayout Layout(IReadOnlyList<Dim> dims, List<Guess> guesses)
    {
        if (dims[1].Size is 1 or 3)
            return Guessed(guesses, "input.layout", TensorLayout.Nchw, $"axis 1 has {dims[1].Size} entries");
        if (dims[3].Size is 1 or 3)
            return Guessed(guesses, "input.layout", TensorLayout.Nhwc, $"axis 3 has {dims[3].Size} entries");
        return Guessed(guesses, "input.layout", TensorLayout.Nchw, "no axis is clearly the channels; this is the more common order");
    }

    private static ColorOrder Color(int channels, PixelReading pixels, List<Guess> guesses) =>
        channels == 1 ? Guessed(guesses, "input.color", ColorOrder.Gray, "the input has one channel")
        : pixels.Order is { } order
            ? Guessed(guesses, "input.color", order, "the means that the graph subtracts are those of ImageNet in that order")
        : Guessed(guesses, "input.color", ColorOrder.Rgb, "most exporters keep RGB");

    private static (int Height, int Width) Size(int[]? configured, IReadOnlyList<Dim> dims, int axis, List<Guess> guesses)
    {
        if (configured is not null)
        {
            if (configured is not [> 0 and <= 8192, > 0 and <= 8192])
                throw Bad("input.size", $"[{string.Join(", ", configured)}]", "[height, width], each 1 to 8192");
            for (var i = 0; i < 2; i++)
            {
                if (dims[axis + i].Size is { } fixedExtent && fixedExtent != configured[i])
                    throw Bad("input.size", $"[{string.Join(", ", configured)}]", $"the graph fixes axis {axis + i} to {fixedExtent}");
            }

            return (configured[0], configured[1]);
        }
        if (dims[axis].Size is { } h && dims[axis + 1].Size is { } w)
        {
            guesses.Add(new Guess("input.size", $"{h}×{w}", "fixed by the graph's input"));
            return ((int)h, (int)w);
        }
        guesses.Add(new Guess("input.size", $"{CommonSize}×{CommonSize}", "the graph takes any size; this is the most common one"));
        return ((int)(dims[axis].Size ?? CommonSize), (int)(dims[axis + 1].Size ?? CommonSize));
    }

    private static int ResizeTo(int height, int width, bool imageNet, List<Guess> guesses)
    {
        var side = Math.Min(height, width);
        var value = imageNet ? side * 8 / 7 : Math.Max(height, width);
        guesses.Add(
            new Guess(
                "input.resizeTo",
                $"{value}",
                imageNet
                    ? "8/7 of the input, as torchvision evaluates ImageNet models"
                    : "the input's longer side, so that little is cut off"
            )
        );
        return value;
    }

    private static void Check(InputSpec spec, int channels)
    {
        if (spec.Mean.Count != channels)
            throw Bad("input.mean", $"{spec.Mean.Count} values", $"one value for each of the {channels} channels");
        if (spec.Std.Count != channels || spec.Std.Any(s => s == 0))
            throw Bad("input.std", $"{spec.Std.Count} values", $"one value other than 0 for each of the {channels} channels");
        if (spec.TakesImages && channels != (spec.Color == ColorOrder.Gray ? 1 : 3))
            throw Bad("input.color", spec.Color.ToString(), $"the input has {channels} channels");
        if (spec.Fit == Fit.Crop && spec.ResizeTo < Math.Min(spec.Height, spec.Width))
            throw Bad("input.resizeTo", $"{spec.ResizeTo}", "at least the input's shorter side");
    }

    private static T Guessed<T>(List<Guess> guesses, string what, T value, string reason)
    {
        guesses.Add(new Guess(what, value!.ToString()!.ToLowerInvariant(), reason));
        return value;
    }

    private static T Parse<T>(string? text, string key, Func<T> fallback)
        where T : struct, Enum =>
        text is null ? fallback()
        : Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<T>(text, ignoreCase: true)
        : throw Bad(key, text, string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant())));

    private static InvalidDataException Bad(string key, string value, string allowed) =>
        new($"model.json: {key} is {value}; allowed: {allowed}");
}
