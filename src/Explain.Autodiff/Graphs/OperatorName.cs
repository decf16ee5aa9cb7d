using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Graphs;

/// <summary>What the operator of a node is called.</summary>
public static class OperatorName
{
    /// <summary>The domain of the operators that ONNX Runtime adds to the standard.</summary>
    internal const string Microsoft = "com.microsoft";

    /// <summary>The name by which tables know an operator: with the mode or the domain that makes it another function.</summary>
    public static string Of(NodeProto node) =>
        node switch
        {
            { OpType: "Pad" } when node.String("mode", "constant") is var mode and not "constant" => $"Pad(mode={mode})",
            { OpType: "ScatterElements" or "ScatterND" } when node.String("reduction", "none") is var reduction and not ("none" or "add") =>
                $"{node.OpType}(reduction={reduction})",
            { OpType: "BatchNormalization" } when node.Int("training_mode", 0) != 0 => "BatchNormalization(training_mode=1)",
            _ when IsStandard(node.Domain) => node.OpType,
            // The same operators, for 16-bit integers before opset 21.
            { Domain: Microsoft, OpType: "QuantizeLinear" or "DequantizeLinear" } => node.OpType,
            _ => $"{node.Domain}.{node.OpType}",
        };

    /// <summary>An operator and its node, as messages show them; a node without a name has that of its first output.</summary>
    public static string WithNode(NodeProto node) => $"{Of(node)} '{(node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(""))}'";

    /// <summary>Whether a domain is that of the standard's operators, which has two spellings.</summary>
    internal static bool IsStandard(string domain) => domain is "" or "ai.onnx";
}
