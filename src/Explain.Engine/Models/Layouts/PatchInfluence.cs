using Explain.Autodiff.Onnx;

namespace Explain.Engine.Models.Layouts;

/// <summary>Which tokens of a value the output depends on.</summary>
internal enum Reach
{
    /// <summary>The patches, too.</summary>
    Patches,

    /// <summary>The class and register tokens alone: a gradient at the patches is zero.</summary>
    OtherTokens,

    /// <summary>The patches, too, because a class token looks at them.</summary>
    PatchesByAttention,
}

/// <summary>Follows, from the output back to the image, which tokens matter.</summary>
/// <param name="axes">What the axes of values run over.</param>
internal sealed class PatchInfluence(AxisMap axes)
{
    private static readonly HashSet<string> Attentions =
    [
        "Attention",
        "QAttention",
        "MultiHeadAttention",
        "PackedAttention",
        "PackedMultiHeadAttention",
        "GroupQueryAttention",
        "Conv",
        "ConvTranspose",
        "Einsum",
        "FusedMatMul",
    ];
    private static readonly HashSet<string> Views =
    [
        "Transpose",
        "Reshape",
        "Slice",
        "Split",
        "Gather",
        "Squeeze",
        "Unsqueeze",
        "Identity",
        "Cast",
        "Dropout",
    ];

    /// <summary>Which tokens of an input matter to a value that matters itself.</summary>
    /// <param name="node">The node that computes the value.</param>
    /// <param name="value">One of its outputs.</param>
    /// <param name="input">Which of its inputs.</param>
    /// <param name="reach">Which tokens of the value matter.</param>
    public Reach Behind(NodeProto node, string value, int input, Reach reach)
    {
        if (axes.OthersOnly.Contains(value))
            return Reach.OtherTokens;
        return reach == Reach.OtherTokens && MixesTokens(node, input) ? Reach.PatchesByAttention : reach;
    }

    /// <summary>
    /// Whether a value is a view of a linear map of tokens, or that map: queries, keys and values are no feature maps of their own.
    /// </summary>
    public bool IsProjection(NodeProto node) =>
        node.OpType switch
        {
            "MatMul" or "Gemm" => true,
            "Add" when Computed(node) is [var sum] => axes.Graph.Producer(sum) is { OpType: "MatMul" or "Gemm" },
            "Mul" or "Div" when Computed(node) is [_] => node.Input.Any(i =>
                !axes.Path.Contains(i) && axes.Graph.Type(i)?.FixedFrom(0)?.Aggregate(1L, (a, b) => a * b) is null or 1
            ),
            _ => Views.Contains(node.OpType),
        };

    // Row by row of the left factor, and all of the right one: what is weighed, or what is compared with.
    private bool MixesTokens(NodeProto node, int input) =>
        Attentions.Contains(node.OpType)
        || (
            node.OpType == "MatMul"
            && (
                Computed(node).Length == 2
                    ? input == 1
                    : axes.Of(node.Input[input]) is { Names.Count: >= 2 } own && own.Names[input == 0 ? ^1 : ^2] == Axis.Token
            )
        );

    private string[] Computed(NodeProto node) => [.. node.Input.Where(axes.Path.Contains)];
}
