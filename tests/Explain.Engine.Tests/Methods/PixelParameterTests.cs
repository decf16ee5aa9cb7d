using Explain.Autodiff.Graphs;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Methods.Options;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests.Methods;

/// <summary>What a request may say about methods in pixel space.</summary>
public sealed class PixelParameterTests
{
    private static readonly PixelNet Net = new(1, 3, 6, 5, "Relu", Biases: true, Seed: 5);

    [Fact]
    public void AConventionThatAMethodDoesNotKnowIsRefusedWithThoseItKnows()
    {
        var e = Refused(
            new ExplainParameters
            {
                Method = "guided-gradcam",
                Options = new() { Compat = Compat.TorchCam },
            }
        );

        Assert.Equal(ExplainError.InvalidParameter, e.Error);
        Assert.Equal(
            "'torch-cam' is not allowed with guided-gradcam; allowed: none, pytorch-grad-cam, captum",
            Assert.Single(e.Errors["compat"])
        );
    }

    [Fact]
    public void MoreNodesThanTheQuadratureHasAreRefused()
    {
        Assert.Contains(
            "at most 200 samples",
            Assert.Single(
                Refused(
                    new ExplainParameters
                    {
                        Method = "integrated-gradients",
                        Options = new() { Samples = 201 },
                    }
                ).Errors["samples"]
            )
        );
        Assert.NotEmpty(
            Explain(
                new ExplainParameters
                {
                    Method = "integrated-gradients",
                    Options = new() { Samples = 201, Quadrature = "riemann-middle" },
                }
            )
        );
    }

    [Theory]
    [InlineData("saliency")]
    [InlineData("lrp-gamma")]
    [InlineData("fullgrad")]
    public void AMethodOfThePixelsTakesNoTargetLayer(string method)
    {
        Assert.Contains("leave layer out", Assert.Single(Refused(new ExplainParameters { Method = method, Layer = "l1" }).Errors["layer"]));
        Assert.Equal(
            Explain(new ExplainParameters { Method = method }),
            Explain(new ExplainParameters { Method = method, Layer = "input" })
        );
    }

    [Theory]
    [InlineData("cmwp")]
    [InlineData("lrp-epsilon")]
    public void AProbabilityHasNoRelevanceToHandDown(string method) =>
        Assert.Equal(ExplainError.MethodNotSupported, Refused(new ExplainParameters { Method = method, Score = "probability" }).Error);

    [Theory]
    [InlineData("smoothgrad")]
    [InlineData("vargrad")]
    public void ASeedMakesOtherNoiseAndCaptumSeesMagnitudes(string method)
    {
        Assert.NotEqual(
            Explain(new ExplainParameters { Method = method }),
            Explain(
                new ExplainParameters
                {
                    Method = method,
                    Options = new() { Seed = 1 },
                }
            )
        );
        Assert.NotEqual(
            Explain(
                new ExplainParameters
                {
                    Method = method,
                    Options = new() { Samples = 5 },
                }
            ),
            Explain(
                new ExplainParameters
                {
                    Method = method,
                    Options = new() { Compat = Compat.Captum },
                }
            )
        );
    }

    [Fact]
    public void TheMeanOfMagnitudesIsNowhereNegative() =>
        Assert.All(
            Explain(
                new ExplainParameters
                {
                    Method = "smoothgrad",
                    Options = new() { Compat = Compat.Captum },
                }
            ),
            v => Assert.True(v >= 0)
        );

    [Fact]
    public void WhereTheGradientIsTheSameEverywhereNoiseChangesNothing()
    {
        // One linear layer: the gradient is its weights.
        var g = new TinyGraph()
            .Input("x", 1, 3, 4, 4)
            .Node("Flatten", "x", "f")
            .Weight("w", 48, 3)
            .Node("MatMul", "f w", "scores")
            .Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        Near.Relative(
            model.Explain(g.Image(), "smoothgrad").Map.Values,
            [.. Enumerable.Range(0, 48).Select(i => (float)Tensors.ReadFloats(g.Build().Constant("w"))![i * 3 + 1])],
            1e-6,
            "smoothgrad"
        );
        Assert.All(model.Explain(g.Image(), "vargrad").Map.Values, v => Assert.Equal(0, v, 1e-10));
    }

    [Fact]
    public void BaselinesAreImagesOfTheirName()
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        var (input, spec) = (Net.Input(TensorLayout.Nchw), model.Description.Input with { Mean = [0.5f, 0.25f, 0], Std = [1, 2, 4] });
        var area = Net.Height * Net.Width;

        Assert.All(Baselines.Of("zero", input, spec), v => Assert.Equal(0, v));
        Assert.Equal([-0.5f, -0.125f, 0], new[] { 0, area, 2 * area }.Select(i => Baselines.Of("black", input, spec)[i]));
        Assert.Equal([0.5f, 0.375f, 0.25f], new[] { 0, area, 2 * area }.Select(i => Baselines.Of("white", input, spec)[i]));
        Assert.Equal(input.Values.Average(), Baselines.Of("blur", input, spec).Average(), 0.2);
    }

    [Fact]
    public void RelevanceIsConservedThroughBranchesGatesAndNormalisations()
    {
        var g = new TinyGraph(known: Known.AllButBatch)
            .Input("x", 2, 3, 6, 6)
            .Convolve("x", 4, 3, "c0")
            .Node("Relu", "c0", "r0")
            .Weight("scale", 4)
            .Weight("shift", 4)
            .Weight("mean", 4)
            .Weight("var", Tensor.Of([4], 1, 2, 3, 4))
            .Convolve("r0", 4, 4, "c1")
            .Node("BatchNormalization", "c1 scale shift mean var", "n1")
            .Node("Relu", "n1", "r1")
            .Node("Add", "r0 r1", "sum")
            .Convolve("sum", 4, 4, "c2")
            .Node("Sigmoid", "c2", "gate")
            .Node("Mul", "sum gate", "gated")
            .Weight("half", Tensor.Of([1], .5))
            .Node("Mul", "gated half", "scaled")
            .Node("AveragePool", "scaled", "p", Of("kernel_shape", [2, 2]), Of("strides", [2, 2]))
            .Node("Concat", "p p", "l", Of("axis", 1L))
            .Node("GlobalAveragePool", "l", "a")
            .Node("Flatten", "a", "f")
            .Weight("w", 8, 3)
            .Node("MatMul", "f w", "m")
            .Weight("bias", 3)
            .Node("Add", "m bias", "scores")
            .Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var answer = model.Explain(g.Image(), "lrp-alpha1beta0", target: "0");

        for (var n = 0; n < 2; n++)
            Assert.Equal(answer.Logits.Item(n)[0], answer.Map.Item(n).Sum(), 1e-4 * (1 + Math.Abs(answer.Logits.Item(n)[0])));
    }

    private static float[] Explain(ExplainParameters parameters)
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        return model.Explain(new TensorQuery(Net.Input(TensorLayout.Nchw), parameters) { ItemTargets = [1] }).Map.Values;
    }

    private static ExplainException Refused(ExplainParameters parameters) => Assert.Throws<ExplainException>(() => Explain(parameters));
}
