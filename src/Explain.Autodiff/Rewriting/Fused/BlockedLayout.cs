using System.Runtime.Intrinsics.X86;
using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>
/// Files saved with all of ONNX Runtime's optimisations keep maps and weights in blocks of channels, as many as fit the vectors of the
/// machine that saved them. Here maps are [batch, channels, height, width] again: between operators on blocks they are never read
/// otherwise.
/// </summary>
internal static class BlockedLayout
{
    /// <summary>How many channels a block has on this machine, as ONNX Runtime has it.</summary>
    public static int Block { get; } = Avx512F.IsSupported ? 16 : 8;

    /// <summary>
    /// The maps of a plain tensor, with channels of zeros up to a whole number of blocks.
    /// </summary>
    public static Parts FromPlain(Forward n)
    {
        var last = n.Int("channels_last", 0) != 0;
        if (Extents.Fixed(n.X, last ? -1 : 1) is not { } channels)
            return "it is not known how many channels its input has";
        var maps = last ? Transpose(n.X, 0, 3, 1, 2).WithRank(4) : n.X;
        var more = (Block - channels % Block) % Block;
        return [more == 0 ? maps : Emit("Pad", [maps, Ints(n.Graph, 0, 0, 0, 0, 0, more, 0, 0)])];
    }

    /// <summary>A plain tensor again, without the channels that were added.</summary>
    public static Parts ToPlain(Forward n)
    {
        var (channels, maps) = (n.Int("channels", 0), n.X);
        if (Extents.Fixed(maps, 1) != channels)
            maps = Slice(maps, Ints(n.Graph, 0), Ints(n.Graph, channels), Ints(n.Graph, 1)).WithRank(4);
        return [n.Int("channels_last", 0) != 0 ? Transpose(maps, 0, 2, 3, 1) : maps];
    }

    /// <summary>activation(Conv(x, w, b) + z), with weights in blocks.</summary>
    /// <exception cref="NotSupportedException">The blocks are not those of this machine.</exception>
    public static Parts Convolution(Forward n)
    {
        if (n[1].Type?.FixedFrom(0) is not { Length: 4 } shape)
            return "it is not known how large its weights are";
        if (FusedActivation.ByPosition(n.Node, n.Node.Floats("activation_params") ?? []) is not { } activation)
            return FusedActivation.Unknown(n.Node);

        if (shape[0] % Block != 0)
        {
            throw new NotSupportedException(
                $"the weights of {n.Node.OpType} '{n.Node.Name}' were saved for another kind of processor: {shape[0]} feature maps are no "
                    + $"whole number of blocks of {Block}, which this machine has; save the model without layout optimisations, or here"
            );
        }

        var y = Emit("Conv", [n.X, Plain(n[1], shape), n.Optional(2)], FusedLayers.Own(n.Node)).WithRank(4);
        return [activation(FusedLayers.Plus(n, 3, y))];
    }

    /// <summary>Every pixel of a map repeated, or interpolated.</summary>
    public static Parts Upsample(Forward n)
    {
        var nearest = n.Node.String("mode", "nearest") == "nearest";
        var scales = n.Ints("scales") ?? [];
        return
        [
            Emit(
                "Resize",
                [n.X, null, n.Graph.Add(Tensors.Float([scales.Length], [.. scales.Select(s => (float)s)]))],
                Of("mode", nearest ? "nearest" : "linear"),
                Of("nearest_mode", "floor"),
                Of("coordinate_transformation_mode", nearest ? "asymmetric" : n.Node.String("coordinate_transformation_mode", "asymmetric"))
            ),
        ];
    }

    // Blocks of outputs, and of inputs where there is one at least: [blocks, blocks, height, width, inputs, outputs].
    private static Value Plain(Value weights, long[] shape)
    {
        var (outputs, inputs, height, width) = (shape[0], shape[1], shape[2], shape[3]);
        var ofInputs = inputs >= Block;
        var split = ofInputs
            ? Transpose(Reshape(weights, outputs / Block, inputs / Block, height, width, Block, Block).WithRank(6), 0, 5, 1, 4, 2, 3)
            : Transpose(Reshape(weights, outputs / Block, inputs, height, width, Block).WithRank(5), 0, 4, 1, 2, 3);
        return Reshape(split, outputs, inputs, height, width).WithRank(4);
    }
}
