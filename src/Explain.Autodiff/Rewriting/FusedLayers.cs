using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting;

/// <summary>Layers that ONNX Runtime's optimiser writes into files as one operator: a product, a summand, an activation.</summary>
internal static class FusedLayers
{
    // csharpier-ignore
    private static readonly Dictionary<string, Func<Value, float[], Value>> Activations = new()
    {
        [""] = (x, _) => x,
        ["Relu"] = (x, _) => Emit("Relu", [x]),
        ["Tanh"] = (x, _) => Emit("Tanh", [x]),
        ["Sigmoid"] = (x, _) => Emit("Sigmoid", [x]),
        ["LeakyRelu"] = (x, p) => Emit("LeakyRelu", [x], Of("alpha", p[0])),
        ["HardSigmoid"] = (x, p) => Emit("HardSigmoid", [x], Of("alpha", p[0]), Of("beta", p[1])),
        ["Clip"] = (x, p) => Emit("Clip", [x, x.Scalar(p[0]), x.Scalar(p[1])]),
    };

    /// <summary>activation(Conv(x, w, b) + z).</summary>
    public static Value?[]? Convolution(Forward n)
    {
        if (!Activations.TryGetValue(n.Node.String("activation", ""), out var activation))
            return null;
        var own = n.Node.Attribute.Where(a => a.Name is not ("activation" or "activation_params")).Select(a => a.Clone());
        var y = Emit("Conv", [n.X, n[1], n.Optional(2)], own);
        return [activation(n.Has(3) ? y + n[3] : y, n.Node.Floats("activation_params") ?? [])];
    }
}
