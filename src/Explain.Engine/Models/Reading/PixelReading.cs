using System.Globalization;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using Explain.Engine.Images;

namespace Explain.Engine.Models.Reading;

/// <summary>How pixels are prepared where <c>model.json</c> says nothing of it.</summary>
/// <param name="Convention">How.</param>
/// <param name="Order">The order of the channels, where the graph tells it.</param>
/// <param name="Reason">Why; null where nothing was guessed.</param>
internal sealed record PixelReading(PixelConvention Convention, ColorOrder? Order, string? Reason)
{
    private const string Otherwise = "set scale, mean and std in model.json if it was trained otherwise";

    /// <summary>Of an input that is made of integers in the file.</summary>
    public static PixelReading Of(QuantizedInput input, int channels) =>
        new(
            new PixelConvention(
                "pixels as integers",
                (float)input.Scale,
                [.. Enumerable.Repeat((float)(0 - input.Lowest), channels)],
                [.. Enumerable.Repeat(1f, channels)]
            ),
            null,
            input is { Scale: 1, Lowest: 0 }
                ? "the file's input is made of integers, so pixels are given as they are, 0 to 255; scale, mean and std in "
                    + "model.json can say otherwise"
                : "the file's input is quantised; the least integer is taken for a pixel of 0, as scale, mean and std in "
                    + "model.json can say otherwise"
        );

    /// <summary>Of an input whose first nodes may tell.</summary>
    /// <param name="graph">The graph, types declared.</param>
    /// <param name="input">The image's input.</param>
    /// <param name="shape">An image of the size in use as the input takes it.</param>
    /// <param name="channelAxis">Which axis the channels are.</param>
    /// <param name="conventional">Whether what ImageNet's models usually take is likely where the graph does not tell.</param>
    /// <param name="folder">Where weights beside the file are.</param>
    /// <param name="cancellation">Ends it.</param>
    public static PixelReading Of(
        Graph graph,
        string input,
        long[] shape,
        int channelAxis,
        bool conventional,
        string? folder,
        CancellationToken cancellation
    )
    {
        var channels = (int)shape[channelAxis];
        var first = new FirstNodes(graph, input);
        var doubt = "nothing in the graph says how pixels were scaled";
        try
        {
            foreach (var found in channels is 1 or 3 ? first.Try(shape, channelAxis, folder, cancellation) : [])
            {
                if (PixelScaling.Taken(found, channels) is { } taken)
                    return new PixelReading(taken, PixelScaling.Order(found, taken), Turned(found, taken));
            }

            if (first.Names.Length > 0)
                doubt = $"{first.Names} at the start of the graph do not tell how pixels were scaled before";
        }
        catch (NotSupportedException)
        {
            doubt = $"{first.Names} at the start of the graph cannot be run alone, to see how pixels were scaled before";
        }

        return conventional
            ? new PixelReading(
                PixelConvention.ImageNet,
                null,
                $"{doubt}; the model has 1000 classes, so the torchvision convention is likely; {Otherwise}"
            )
            : new PixelReading(PixelConvention.Unit(channels), null, $"{doubt}; {Otherwise}");
    }

    private static string Turned(ChannelScaling found, PixelConvention taken)
    {
        if (found.Normalises)
        {
            var (means, deviations) = (found.Factors.Zip(found.Offsets, (f, o) => -o / f), found.Factors.Select(f => 1 / f));
            return $"{found.Nodes} at the start of the graph was trained on values of mean {List(means)} and deviation "
                + $"{List(deviations)}; {Otherwise}";
        }

        var ranges = found.Factors.Select((_, c) => taken.Range(c)).ToArray();
        var ends = ranges.SelectMany((r, c) => new[] { r.Low, r.High }.Select(v => found.Factors[c] * v + found.Offsets[c])).ToArray();
        return $"{found.Nodes} at the start of the graph {(found.Nodes.Contains(',') ? "turn" : "turns")} "
            + $"{Number(ranges.Min(r => r.Low))}..{Number(ranges.Max(r => r.High))} into {Number(ends.Min())}..{Number(ends.Max())}; "
            + Otherwise;
    }

    private static string List(IEnumerable<double> values) => string.Join(", ", values.Select(Number));

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
