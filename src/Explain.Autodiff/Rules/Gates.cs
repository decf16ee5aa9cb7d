using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Rules;

/// <summary>Factors that open or close a way, or scale what goes it, and have no part in what that is.</summary>
internal static class Gates
{
    /// <summary>
    /// Whether a factor comes from a function that saturates between 0 and its largest value: a sigmoid, a softmax, 1 + tanh or 1 + erf as
    /// in a written-out GELU, the tanh of a softplus as in Mish, a shifted <c>Clip</c> as in a hard swish; or from a division by what
    /// scales. Shapes and constant factors in between do not matter.
    /// </summary>
    public static bool IsGate(Forward n, int index)
    {
        for (var name = n.Node.Input[index]; ; )
        {
            if (n.Graph.Producer(name) is not { } node)
                return false;
            switch (node.OpType)
            {
                case "Sigmoid" or "HardSigmoid" or "Softmax" or "Reciprocal":
                    return true;
                case "Tanh":
                    return n.Graph.Producer(node.Input[0])?.OpType == "Softplus";
                case "Add":
                    return Computed(n, node) is { } summand && n.Graph.Producer(summand)?.OpType is "Erf" or "Tanh";
                case "Clip":
                    return IsRamp(n, node);
                case "Div" when n.IsConstant(node.Input[0]):
                    return true;
                case "Mul" or "Div" when Computed(n, node) is { } factor:
                    name = factor;
                    break;
                case "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" or "Expand" or "Transpose" or "Identity" or "Cast":
                    name = node.Input[0];
                    break;
                default:
                    return false;
            }
        }
    }

    // Of two inputs the one that is computed, where the other is a constant.
    private static string? Computed(Forward n, NodeProto node) =>
        (n.IsConstant(node.Input[0]), n.IsConstant(node.Input[1])) switch
        {
            (true, false) => node.Input[1],
            (false, true) => node.Input[0],
            _ => null,
        };

    // Unlike a rectifier's, the values between its bounds are shifted.
    private static bool IsRamp(Forward n, NodeProto clip) =>
        clip.InputOrNull(2) is not null
        && Tensors.ReadFloats(n.Graph.Constant(clip.Input[1]))?.All(v => v == 0) == true
        && n.Graph.Producer(clip.Input[0]) is { OpType: "Add" } shift
        && Computed(n, shift) is not null;
}
