using System.Collections.Frozen;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rewriting.Fused;

namespace Explain.Autodiff.Rewriting;

/// <summary>
/// Takes operators without a gradient rule of their own apart: each is replaced by its definition before anything is differentiated, and
/// what it computed keeps its name.
/// </summary>
public static class Definitions
{
    // csharpier-ignore
    private static readonly FrozenDictionary<string, Definition> Table = new Dictionary<string, Definition>
    {
        ["Affine"] = Renamed.Affine,
        ["Attention"] = StandardAttention.Apply,
        ["Crop"] = Renamed.Crop,
        ["DynamicSlice"] = Renamed.DynamicSlice,
        ["GRU"] = n => Recurrence.TakeApart(n, RecurrentCells.Gru),
        ["ImageScaler"] = Renamed.ImageScaler,
        ["LSTM"] = n => Recurrence.TakeApart(n, RecurrentCells.Lstm),
        ["ParametricSoftplus"] = Renamed.ParametricSoftplus,
        ["RNN"] = n => Recurrence.TakeApart(n, RecurrentCells.Rnn),
        ["RotaryEmbedding"] = Rotary.Standard,
        ["Scale"] = Renamed.Scale,
        ["ScaledTanh"] = Renamed.ScaledTanh,
        ["com.microsoft.Attention"] = PackedAttention.Real,
        ["com.microsoft.BiasAdd"] = FusedLayers.BiasAndSkip,
        ["com.microsoft.BiasSplitGelu"] = FusedLayers.GatedGelu,
        ["com.microsoft.CDist"] = Products.Distances,
        ["com.microsoft.ConvTransposeWithDynamicPads"] = FusedLayers.TransposedConvolution,
        ["com.microsoft.CropAndResize"] = CroppedRegions.Apply,
        ["com.microsoft.DecoderMaskedMultiHeadAttention"] = SingleQuery.Apply,
        ["com.microsoft.DynamicQuantizeLSTM"] = QuantizedRecurrence.Lstm,
        ["com.microsoft.EmbedLayerNormalization"] = EmbeddedWords.Real,
        ["com.microsoft.ExpandDims"] = Renamed.ExpandDims,
        ["com.microsoft.FusedConv"] = FusedLayers.Convolution,
        ["com.microsoft.FusedGemm"] = FusedLayers.Gemm,
        ["com.microsoft.FusedMatMul"] = Products.Transposed,
        ["com.microsoft.GatherND"] = Renamed.Same,
        ["com.microsoft.GridSample"] = Renamed.GridSample,
        ["com.microsoft.GroupNorm"] = GroupNorms.OfInput,
        ["com.microsoft.GroupQueryAttention"] = GroupQuery.Apply,
        ["com.microsoft.MatMulBnb4"] = PackedWeights.Looked,
        ["com.microsoft.MatMulNBits"] = PackedWeights.ManyBits,
        ["com.microsoft.MoE"] = Experts.Apply,
        ["com.microsoft.MultiHeadAttention"] = MultiHead.Apply,
        ["com.microsoft.NhwcConv"] = FusedLayers.ConvolutionOfLastChannels,
        ["com.microsoft.NhwcFusedConv"] = FusedLayers.ConvolutionOfLastChannels,
        ["com.microsoft.NhwcMaxPool"] = FusedLayers.MaxPoolOfLastChannels,
        ["com.microsoft.PackedAttention"] = Unpadded.Attention,
        ["com.microsoft.PackedMultiHeadAttention"] = Unpadded.MultiHeadAttention,
        ["com.microsoft.Pad"] = Renamed.Pad,
        ["com.microsoft.QAttention"] = PackedAttention.Quantised,
        ["com.microsoft.QEmbedLayerNormalization"] = EmbeddedWords.Quantised,
        ["com.microsoft.RemovePadding"] = Unpadded.Remove,
        ["com.microsoft.RestorePadding"] = Unpadded.Restore,
        ["com.microsoft.RotaryEmbedding"] = Rotary.Contributed,
        ["com.microsoft.SampleOp"] = Renamed.Identity,
        ["com.microsoft.SkipGroupNorm"] = GroupNorms.OfSum,
        ["com.microsoft.TransposeMatMul"] = Products.Transposed,
        ["com.microsoft.Trilu"] = Renamed.Same,
        ["com.microsoft.UnfoldTensor"] = Products.Windows,
        ["com.microsoft.Unique"] = Renamed.Unique,
        ["com.microsoft.nchwc.AveragePool"] = Renamed.Same,
        ["com.microsoft.nchwc.Conv"] = BlockedLayout.Convolution,
        ["com.microsoft.nchwc.GlobalAveragePool"] = Renamed.Same,
        ["com.microsoft.nchwc.GlobalMaxPool"] = Renamed.Same,
        ["com.microsoft.nchwc.MaxPool"] = Renamed.Same,
        ["com.microsoft.nchwc.ReorderInput"] = BlockedLayout.FromPlain,
        ["com.microsoft.nchwc.ReorderOutput"] = BlockedLayout.ToPlain,
        ["com.microsoft.nchwc.Upsample"] = BlockedLayout.Upsample,
    }.ToFrozenDictionary();

    // What ONNX Runtime writes for other processors and has no kernel for on the CPU: no session opens on a graph that holds them. Their
    // definitions ask for no types.
    // csharpier-ignore
    private static readonly FrozenSet<string> WithoutKernel =
    [
        "com.microsoft.BiasAdd", "com.microsoft.BiasSplitGelu", "com.microsoft.GroupNorm", "com.microsoft.NhwcConv",
        "com.microsoft.NhwcFusedConv", "com.microsoft.PackedAttention", "com.microsoft.PackedMultiHeadAttention",
        "com.microsoft.RemovePadding", "com.microsoft.RestorePadding", "com.microsoft.SkipGroupNorm",
    ];

    // The same is true of the oldest, as no newer opset knows them.
    private static readonly FrozenSet<string> Oldest =
    [
        "Affine",
        "Crop",
        "DynamicSlice",
        "ImageScaler",
        "ParametricSoftplus",
        "Scale",
        "ScaledTanh",
    ];

    /// <summary>Whether an operator, spelled as by <see cref="OperatorName"/>, is taken apart.</summary>
    public static bool TakesApart(string name) => Table.ContainsKey(name);

    /// <summary>
    /// Replaces the nodes that ONNX Runtime cannot open once a graph is raised: those of operators without a kernel and of the oldest ones.
    /// </summary>
    /// <param name="graph">The raised graph; nothing need be known of the types of its values.</param>
    /// <exception cref="NotSupportedException">One of them cannot be taken apart.</exception>
    internal static void TakeUnknownApart(Graph graph)
    {
        foreach (var scope in Bodies.WithAll(graph).ToArray())
        {
            TakeApartNodes(scope, n => WithoutKernel.Contains(n) || Oldest.Contains(n));
            if (scope.Nodes.FirstOrDefault(n => WithoutKernel.Contains(OperatorName.Of(n))) is { } left)
            {
                throw new NotSupportedException(
                    $"{OperatorName.WithNode(left)} has no kernel on the CPU and cannot be taken apart, as {WhyNot(scope, left)}"
                );
            }
        }
    }

    /// <summary>
    /// Replaces every node that has a definition, those inside bodies too, once: a definition may use operators that have one.
    /// </summary>
    /// <param name="graph">A graph raised by <see cref="Upgrade"/>, with the types of its values declared.</param>
    /// <returns>Whether anything changed, and the types of new values are to be declared.</returns>
    public static bool TakeApart(Graph graph) =>
        Bodies.WithAll(graph).ToArray().Select(g => TakeApartNodes(g, _ => true)).ToArray().Contains(true);

    /// <summary>Why a node whose operator has a definition was not replaced; null where it has none, or a rule of its own.</summary>
    /// <param name="graph">The graph of the node, with the types of its values declared; it stays as it is.</param>
    /// <param name="node">The node.</param>
    public static string? WhyNot(Graph graph, NodeProto node)
    {
        if (!Table.TryGetValue(OperatorName.Of(node), out var definition))
            return null;
        var trial = graph.Inner(new GraphProto { Node = { node.Clone() } });
        var again = trial.Nodes[0];
        var parts = definition(new Forward(trial, again));
        return parts == default ? null : WhyNot(again, parts);
    }

    private static bool TakeApartNodes(Graph graph, Func<string, bool> of)
    {
        var nodes = graph.Nodes.ToArray();
        var changed = false;
        graph.Proto.Node.Clear();
        foreach (var node in nodes)
        {
            var name = OperatorName.Of(node);
            if (of(name) && Table.TryGetValue(name, out var definition) && TryReplace(graph, node, definition))
                changed = true;
            else
                graph.Proto.Node.Add(node);
        }
        return changed;
    }

    private static bool TryReplace(Graph graph, NodeProto node, Definition definition)
    {
        var start = graph.Nodes.Count;
        var parts = definition(new Forward(graph, node));
        if (WhyNot(node, parts) is not null)
        {
            while (graph.Nodes.Count > start)
                graph.Proto.Node.RemoveAt(graph.Nodes.Count - 1);
            return false;
        }
        var names = new Dictionary<string, string>();
        foreach (var (i, output) in node.Output.Index().Where(o => o.Item.Length > 0))
        {
            var result = parts[i]!.Value;
            // A value of the graph around it, or one for two outputs, cannot take the output's name.
            if (!IsMadeHere(graph, result, start) || !names.TryAdd(result.Name, output))
                names.Add(Ops.Emit("Identity", [result]).Name, output);
        }
        Rename(graph, node, start, names);
        return true;
    }

    private static string? WhyNot(NodeProto node, Parts parts) =>
        parts.WhyNot
        ?? node.Output.Index()
            .Where(o => o.Item.Length > 0 && parts[o.Index] is null)
            .Select(o => $"nothing is known of its output {o.Index}, '{o.Item}'")
            .FirstOrDefault();

    private static bool IsMadeHere(Graph graph, Value value, int start) => graph.Nodes.Skip(start).Any(n => n.Output.Contains(value.Name));

    // Layers are asked for by name: names must not depend on what else the graph holds.
    private static void Rename(Graph graph, NodeProto node, int start, Dictionary<string, string> names)
    {
        var of = node.Output.First(o => o.Length > 0);
        foreach (var part in graph.Nodes.Skip(start))
        {
            for (var i = 0; i < part.Output.Count; i++)
            {
                if (part.Output[i].Length == 0)
                    continue;
                var (old, type) = (part.Output[i], graph.Type(part.Output[i]));
                if (!names.TryGetValue(old, out var name))
                    names[old] = name = graph.Unused($"{of}/{part.OpType}");
                part.Output[i] = name;
                graph.Register(part);
                if (type is not null)
                    graph.Declare(name, type);
            }
            part.Name = part.Output.First(o => o.Length > 0);
        }
        graph.Reread(start, names);
    }
}
