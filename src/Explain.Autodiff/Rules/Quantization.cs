using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rules;

/// <summary>
/// Straight-through gradients of quantisation: rounding is passed as if it were not there. The cotangent of a quantised value is a float,
/// by a step of the integer. Scales and zero points are constants, those that are found while the model runs included.
/// </summary>
internal static class Quantization
{
    /// <summary>
    /// Passes where rounding gives an integer that the type has, nothing where it is cut off there; as PyTorch's fake quantisation, the
    /// ends themselves pass.
    /// </summary>
    public static Value?[] Quantize(Forward n, Value dy)
    {
        var range = new TensorType(n.Y.Element, null).IntegerRange
            ?? throw new NotSupportedException(
                $"{n.Node.OpType} '{n.Node.Name}' quantises to {n.Y.Element}, for which no gradient is defined"
            );
        var scale = PerElement(n, n[1]);
        var steps = n.X / scale;
        if (n.Has(2))
            steps += PerElement(n, Cast(n[2], n.X.Element));
        return [dy / scale * (Step(steps - (range.Low - 0.5)) * Step(range.High + 0.5 - steps)), null, null];
    }

    /// <summary>(q - zero point) · scale.</summary>
    public static Value?[] Dequantize(Forward n, Value dy) => [dy * PerElement(n, n[1]), null, null];

    // One number for the tensor, one for each position of an axis, or one for each block of positions.
    private static Value PerElement(Forward n, Value parameter)
    {
        if (n[1].Type is not { Dims: { Count: > 0 } dims } || dims.All(d => d.Size == 1))
            return parameter;
        var (rank, axis) = (n.Rank(0), n.Axis(n.Int("axis", 1)));
        if (dims.Count == 1)
            return axis == rank - 1 ? parameter : Reshape(parameter, [-1, .. Enumerable.Repeat(1L, rank - 1 - axis)]);
        var (block, blocks) = (n.Int("block_size", 0), n[1].Type!.FixedFrom(0));
        if (block == 0 || blocks is null)
            throw new NotSupportedException($"the blocks of {n.Node.OpType} '{n.Node.Name}' have no fixed size");
        if (blocks.Length != rank)
            throw n.Refusal("its scale does not have the rank of its input");
        var repeated = Expand(
            Unsqueeze(parameter, Ints(n.Graph, axis + 1)),
            Ints(n.Graph, [.. blocks[..(axis + 1)], block, .. blocks[(axis + 1)..]])
        );
        return CropLike(Reshape(repeated, [.. blocks.Select((d, i) => i == axis ? d * block : d)]), n.X);
    }
}
