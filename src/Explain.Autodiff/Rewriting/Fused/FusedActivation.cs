using System.Collections.Frozen;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>An activation that is an attribute of the layer before it.</summary>
/// <param name="Defaults">Its parameters with the numbers that they are when the file does not say.</param>
/// <param name="Make">From a value and the parameters to the activation.</param>
internal sealed record FusedActivation((string Name, float Default)[] Defaults, Func<Value, float[], Value> Make)
{
    // csharpier-ignore
    private static readonly FrozenDictionary<string, FusedActivation> Table = new Dictionary<string, FusedActivation>
    {
        [""] = new([], (x, _) => x),
        ["Relu"] = new([], (x, _) => Emit("Relu", [x])),
        ["Tanh"] = new([], (x, _) => Emit("Tanh", [x])),
        ["Sigmoid"] = new([], (x, _) => Emit("Sigmoid", [x])),
        ["HardSwish"] = new([], (x, _) => Emit("HardSwish", [x])),
        ["Softplus"] = new([], (x, _) => Emit("Softplus", [x])),
        ["Softsign"] = new([], (x, _) => Emit("Softsign", [x])),
        ["LeakyRelu"] = new([("alpha", 0.01f)], (x, p) => Emit("LeakyRelu", [x], Of("alpha", p[0]))),
        ["Elu"] = new([("alpha", 1)], (x, p) => Emit("Elu", [x], Of("alpha", p[0]))),
        ["Celu"] = new([("alpha", 1)], (x, p) => Emit("Celu", [x], Of("alpha", p[0]))),
        ["ThresholdedRelu"] = new([("alpha", 1)], (x, p) => Emit("ThresholdedRelu", [x], Of("alpha", p[0]))),
        ["HardSigmoid"] = new([("alpha", HardSigmoidSlope), ("beta", 0.5f)], (x, p) => Emit("HardSigmoid", [x], Of("alpha", p[0]), Of("beta", p[1]))),
        ["Selu"] = new([("alpha", 1.67326319f), ("gamma", 1.05070102f)], (x, p) => Emit("Selu", [x], Of("alpha", p[0]), Of("gamma", p[1]))),
        ["Clip"] = new([("min", float.MinValue), ("max", float.MaxValue)], (x, p) => Emit("Clip", [x, x.Scalar(p[0]), x.Scalar(p[1])])),
        ["ParametricSoftplus"] = new([("alpha", 1), ("beta", 1)], (x, p) => Emit("Softplus", [x * p[1]]) * p[0]),
        ["ScaledTanh"] = new([("alpha", 1), ("beta", 1)], (x, p) => Emit("Tanh", [x * p[1]]) * p[0]),
    }.ToFrozenDictionary();

    /// <summary>Why a node with an activation that is not in the table cannot be taken apart.</summary>
    public static string Unknown(NodeProto node) => $"its activation '{node.String("activation", "")}' is not known";

    /// <summary>A node's activation, its parameters in their order; null when it is not known.</summary>
    public static Func<Value, Value>? ByPosition(NodeProto node, float[] parameters) =>
        Table.TryGetValue(node.String("activation", ""), out var activation)
            ? x => activation.Make(x, [.. activation.Defaults.Select((d, i) => i < parameters.Length ? parameters[i] : d.Default)])
            : null;

    /// <summary>A node's activation, its parameters attributes of their own; null when it is not known.</summary>
    public static Func<Value, Value>? ByName(NodeProto node) =>
        Table.TryGetValue(node.String("activation", ""), out var activation)
            ? ByPosition(node, [.. activation.Defaults.Select(d => node.Float($"activation_{d.Name}", d.Default))])
            : null;
}
