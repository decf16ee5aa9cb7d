using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Tests;

/// <summary>Mixtures of experts, taken apart, against ONNX Runtime's own kernel.</summary>
public class ExpertsTests
{
    private const string Domain = "com.microsoft.";

    // Far enough from each other that the differences change no choice.
    private static readonly Tensor Routes = Tensor.Of([5, 4], 3, 1, -1, -3, 1, 3, -3, -1, -3, 3, 1, -1, -1, -3, 3, 1, -1, 1, 3, -3);

    [Theory]
    [InlineData("identity", 1, false, false)]
    [InlineData("gelu", 2, false, true)]
    [InlineData("silu", 3, true, false)]
    [InlineData("relu", 2, true, true)]
    public void MoE(string activation, int k, bool normalized, bool bias) =>
        FusedCheck.Check(
            g =>
                g.Input("x", Tensor.Spread(k == 3 ? [1, 5, 4] : [5, 4], -2, 2, 3))
                    .Input("r", Routes)
                    .Weight("w1", Tensor.Spread([4, 6, 4], -0.5, 0.5, 4))
                    .Weight("b1", 4, 6)
                    .Weight("w2", Tensor.Spread([4, 4, 6], -0.5, 0.5, 5))
                    .Weight("b2", 4, 4)
                    .Node(
                        $"{Domain}MoE",
                        bias ? "x r w1 b1 w2 b2" : "x r w1 - w2",
                        "y",
                        Of("activation_type", activation),
                        Of("k", k),
                        Of("normalize_routing_weights", normalized ? 1 : 0)
                    )
                    .Output("y"),
            wanted: activation == "relu" ? ["r"] : ["x", "r"]
        );
}
