using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Vocabulary;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Engine.Models.Reading;

/// <summary>What the first nodes of a graph make of each channel of the image: <c>value * Factors[c] + Offsets[c]</c>.</summary>
/// <param name="Nodes">The nodes that change numbers, for messages.</param>
/// <param name="Factors">One a channel; one alone where channels are mixed.</param>
/// <param name="Offsets">As many.</param>
/// <param name="Normalises">Whether the last node is a normalisation by the mean and the variance of what arrived there.</param>
internal sealed record ChannelScaling(string Nodes, double[] Factors, double[] Offsets, bool Normalises);

/// <summary>
/// The nodes behind the image's input that only move numbers, or scale and shift them by constants. What they do is not read off their
/// forms, of which there are many, but tried: they are run for a black image, and for images of one channel each.
/// </summary>
internal sealed class FirstNodes
{
    private const int MostNodes = 64;
    private const int MostNames = 4;

    // Every integer type and every clipping to 0..255 has this number.
    private const float Level = 100;

    // What differs by more is no rounding.
    private const double Tolerance = 0.01;

    private static readonly HashSet<string> Movers =
    [
        "Identity",
        "Cast",
        "Clip",
        "Transpose",
        "Reshape",
        "Flatten",
        "Squeeze",
        "Unsqueeze",
        "Slice",
        "Gather",
        "Split",
        "Pad",
        "Resize",
        "Dropout",
        "DepthToSpace",
        "SpaceToDepth",
        "QuantizeLinear",
        "DequantizeLinear",
    ];

    // What cuts numbers off or rounds them says nothing of their scale, and would hide it.
    private static readonly HashSet<string> Rounding = ["Clip", "QuantizeLinear", "DequantizeLinear"];

    private readonly Graph _graph;
    private readonly string _input;
    private readonly HashSet<string> _values;
    private readonly List<NodeProto> _nodes = [];

    /// <summary>Finds them.</summary>
    /// <param name="graph">The graph, types declared.</param>
    /// <param name="input">The image's input.</param>
    public FirstNodes(Graph graph, string input)
    {
        (_graph, _input, _values) = (graph, input, [input]);
        foreach (var node in graph.Nodes)
        {
            if (node.OpType is "Shape" or "Size" || !node.Input.Any(_values.Contains))
                continue;
            if (_nodes.Count < MostNodes && Passes(node))
            {
                _nodes.Add(node);
                // What is learned begins behind a normalisation.
                if (node.OpType != "BatchNormalization")
                    _values.UnionWith(node.Output.Where(o => o.Length > 0));
            }
            else if (node.Input.Contains(input))
            {
                // Something takes the image as it is.
                _nodes.Clear();
                return;
            }
        }
    }

    /// <summary>The nodes that change numbers, for messages; empty when none does.</summary>
    public string Names => List(_nodes);

    /// <summary>What they do, from the last of them back to the first; values that show some channels only are passed over.</summary>
    /// <param name="shape">An image of the size in use as the input takes it.</param>
    /// <param name="channelAxis">Which axis the channels are.</param>
    /// <param name="folder">Where weights beside the file are.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="NotSupportedException">They cannot be run on their own.</exception>
    public IEnumerable<ChannelScaling> Try(long[] shape, int channelAxis, string? folder, CancellationToken cancellation)
    {
        NodeProto[] scaling = [.. _nodes.Where(n => !Movers.Contains(n.OpType) && IsFloat(n.Output[0]))];
        if (scaling.Length == 0)
            yield break;
        using var session = new TrialSession(Probe([.. scaling.Select(n => n.Output[0])], shape), folder, cancellation);
        foreach (var node in scaling.Reverse())
        {
            float[] Run(int? channel)
            {
                using var image = RunTensor.Over(Image(shape, channelAxis, channel));
                var feeds = new Dictionary<string, RunTensor> { [_input] = image };
                return session.Floats(feeds, [node.Output[0]])[0].Values;
            }
            var black = Run(null);
            var levels = Enumerable.Range(0, (int)shape[channelAxis]).Select(c => Run(c)).ToArray();
            if (Measure(black, levels) is { } measured)
            {
                yield return new ChannelScaling(
                    List(scaling.TakeWhile(n => n != node).Append(node)),
                    measured.Factors,
                    measured.Offsets,
                    node.OpType == "BatchNormalization"
                );
            }
        }
    }

    private bool Passes(NodeProto node)
    {
        bool IsData(int i) => _values.Contains(node.Input[i]);
        bool IsConstant(int i) => _graph.IsConstant(node.Input[i]);
        var all = Enumerable.Range(0, node.Input.Count).ToArray();
        return OperatorName.Of(node) switch
        {
            "Add" or "Sub" or "Sum" or "Concat" => all.All(i => IsData(i) || IsConstant(i)),
            "Mul" => all.Count(IsConstant) == 1,
            "Div" => IsData(0) && IsConstant(1),
            "BatchNormalization" => all.Skip(1).All(IsConstant),
            "Conv" => IsDepthwisePoint(node),
            var name => Movers.Contains(name) && IsData(0) && !all.Skip(1).Any(IsData),
        };
    }

    // One factor a channel.
    private bool IsDepthwisePoint(NodeProto conv) =>
        conv.Int("group", 1) is > 1 and var groups
        && _graph.Type(conv.Input[1])?.FixedFrom(0) is [var channels, 1, 1, 1]
        && channels == groups
        && conv.Input.Skip(1).All(i => _graph.IsConstant(i))
        && conv.Ints("pads")?.Any(p => p != 0) != true;

    private bool IsFloat(string value) => _graph.Type(value)?.Element == DataType.Float;

    private Graph Probe(string[] values, long[] shape)
    {
        var probe = Excerpt.Of(_graph, values);
        probe.RetypeInput(_input, new TensorType(DataType.Float, [.. shape.Select(e => (Dim)e)]));
        foreach (var node in probe.Nodes.Where(n => _values.Contains(n.Input.FirstOrDefault(""))))
        {
            if (Rounding.Contains(node.OpType))
            {
                (node.OpType, var read) = ("Identity", node.Input[0]);
                node.Input.Clear();
                node.Input.Add(read);
                node.Attribute.Clear();
            }
            else if (node.OpType == "BatchNormalization" && _graph.Type(node.Input[3])?.FixedFrom(0) is [var channels])
            {
                // What it makes of the normalised values is learned.
                node.Input[1] = probe.Add(Tensors.Float([channels], [.. Enumerable.Repeat(1f, (int)channels)])).Name;
                node.Input[2] = probe.Add(Tensors.Float([channels], new float[channels])).Name;
            }
        }

        foreach (var output in probe.Proto.Output)
            output.Type = null;
        return probe;
    }

    private static FloatTensor Image(long[] shape, int channelAxis, int? channel)
    {
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        var behind = shape[(channelAxis + 1)..].Aggregate(1L, (a, b) => a * b);
        for (long i = 0; channel is not null && i < values.Length; i++)
            values[i] = i / behind % shape[channelAxis] == channel ? Level : 0;
        return new FloatTensor(shape, values);
    }

    // Wherever a channel's numbers lie, they are those that follow it.
    private static (double[] Factors, double[] Offsets)? Measure(float[] black, float[][] levels)
    {
        var (factors, offsets, counts) = (new double[levels.Length], new double[levels.Length], new long[levels.Length]);
        var (least, most, mixed) = (new double[levels.Length], new double[levels.Length], false);
        Array.Fill(least, double.PositiveInfinity);
        Array.Fill(most, double.NegativeInfinity);
        for (var i = 0; i < black.Length; i++)
        {
            var (channel, sum, largest) = (0, 0.0, 0.0);
            for (var c = 0; c < levels.Length; c++)
            {
                var follows = ((double)levels[c][i] - black[i]) / Level;
                sum += follows;
                if (Math.Abs(follows) > Math.Abs(largest))
                    (largest, channel) = (follows, c);
            }

            if (!double.IsFinite(sum))
                return null;
            // A border.
            if (largest == 0)
                continue;
            if (Math.Abs(sum - largest) > Tolerance * Math.Abs(largest))
                (mixed, channel, largest) = (true, 0, sum);
            factors[channel] += largest;
            offsets[channel] += black[i];
            counts[channel]++;
            (least[channel], most[channel]) = (Math.Min(least[channel], largest), Math.Max(most[channel], largest));
        }

        var found = mixed ? 1 : levels.Length;
        for (var c = 0; c < found; c++)
        {
            if (counts[c] == 0 || most[c] - least[c] > Tolerance * Math.Abs(factors[c] / counts[c]))
                return null;
        }
        return counts.Skip(found).Any(n => n > 0)
            ? null
            : ([.. factors.Take(found).Select((f, c) => f / counts[c])], [.. offsets.Take(found).Select((o, c) => o / counts[c])]);
    }

    private static string List(IEnumerable<NodeProto> nodes)
    {
        string[] names =
        [
            .. nodes
                .Where(n => n.OpType != "Concat" && !Movers.Contains(n.OpType))
                .Select(n => $"{n.OpType} '{(n.Name.Length > 0 ? n.Name : n.Output[0])}'"),
        ];
        return names.Length <= MostNames
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(MostNames))} and {names.Length - MostNames} more";
    }
}
