using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests;

/// <summary>Values times gradients right before a normalisation, which add up to zero.</summary>
public sealed class CancellationTests
{
    // From a feature map "l" [N, 4, 5, 6] to a normalised one "n".
    private static readonly Dictionary<string, Func<TinyGraph, TinyGraph>> Norms = new()
    {
        ["layer"] = g =>
            g.Node("Transpose", "l", "lt", Of("perm", [0, 2, 3, 1]))
                .Weight("g", Tensor.Of([4], 1, 2, 0.5, 1.5))
                .Weight("h", Tensor.Of([4], 0.1, 0.2, -0.3, 0))
                .Node("LayerNormalization", "lt g h", "nt")
                .Node("Transpose", "nt", "n", Of("perm", [0, 3, 1, 2])),
        ["layer, taken apart"] = g =>
            g.Ints("ch", 1)
                .Node("ReduceMean", "l ch", "mu")
                .Node("Sub", "l mu", "d")
                .Node("Mul", "d d", "dd")
                .Node("ReduceMean", "dd ch", "var")
                .Weight("eps", Tensor.Of([], 1e-6))
                .Node("Add", "var eps", "ve")
                .Node("Sqrt", "ve", "sd")
                .Node("Div", "d sd", "n"),
        ["root mean square"] = g =>
            g.Ints("ch", 1).Node("Mul", "l l", "ll").Node("ReduceMean", "ll ch", "ms").Node("Sqrt", "ms", "rms").Node("Div", "l rms", "n"),
        ["unit length"] = g => g.Node("LpNormalization", "l", "n", Of("axis", 1)),
        ["instance"] = g =>
            g.Weight("g", Tensor.Of([4], 1, 2, 0.5, 1.5))
                .Weight("h", Tensor.Of([4], 0.1, 0.2, -0.3, 0))
                .Node("InstanceNormalization", "l g h", "n"),
        ["instance, taken apart"] = g =>
            g.Ints("hw", 2, 3)
                .Node("ReduceMean", "l hw", "mu")
                .Node("Sub", "l mu", "d")
                .Node("Mul", "d d", "dd")
                .Node("ReduceMean", "dd hw", "var")
                .Node("Sqrt", "var", "sd")
                .Node("Div", "d sd", "n"),
        ["none"] = g => g.Weight("two", Tensor.Of([], 2)).Node("Mul", "l two", "n"),
        ["beside a way around it"] = g => Norms!["layer"](g).Node("Add", "n l", "sum"),
    };

    [Theory]
    [InlineData("layer", "products-cancel")]
    [InlineData("layer, taken apart", "products-cancel")]
    [InlineData("root mean square", "products-cancel")]
    [InlineData("unit length", "products-cancel")]
    [InlineData("instance", "sum-cancels")]
    [InlineData("instance, taken apart", "sum-cancels")]
    [InlineData("none", null)]
    [InlineData("beside a way around it", null)]
    public void ProductsRightBeforeANormalisationCancel(string norm, string? code)
    {
        using var loaded = Net(norm).Load();

        var answer = Explain(loaded, "hirescam", "l");

        Assert.Equal(code, answer.Diagnostics.Select(d => d.Code).SingleOrDefault(c => c.Contains("cancel", StringComparison.Ordinal)));
        if (code is null)
            return;
        var said = answer.Diagnostics.Single(d => d.Code == code).Message;
        var other = said.Split("The layer '")[^1].Split('\'')[0];
        Assert.EndsWith("it carries the sum.", said, StringComparison.Ordinal);
        // What is named does carry it.
        Assert.DoesNotContain(Explain(loaded, "hirescam", other).Diagnostics, d => d.Code.Contains("cancel", StringComparison.Ordinal));
    }

    [Fact]
    public void OtherMethodsDoNotAddUpProducts()
    {
        using var loaded = Net("layer").Load();

        Assert.DoesNotContain(Explain(loaded, "gradcam", "l").Diagnostics, d => d.Code.Contains("cancel", StringComparison.Ordinal));
    }

    [Fact]
    public void PixelsTimesGradientsCancelBeforeANormalisationOfEachPixel()
    {
        var net = new TinyGraph(known: Known.AllButBatch)
            .Input("x", 2, 3, 5, 6)
            .Node("LpNormalization", "x", "u", Of("axis", 1))
            .Convolve("u", 4, 3, "c0")
            .Node("Relu", "c0", "l")
            .PoolAndClassify()
            .Output("scores");
        using var loaded = net.Load();

        var said = Assert.Single(Explain(loaded, "inputxgradient", null).Diagnostics, d => d.Code == "products-cancel");
        Assert.Contains("they go into LpNormalization", said.Message, StringComparison.Ordinal);
    }

    private static TinyGraph Net(string norm)
    {
        var g = Norms[norm]
            (new TinyGraph(known: Known.AllButBatch).Input("x", 2, 3, 5, 6).Convolve("x", 4, 3, "c0").Node("Sigmoid", "c0", "l"));
        return g.Convolve(norm.StartsWith("beside", StringComparison.Ordinal) ? "sum" : "n", 4, 4, "c1")
            .Node("Relu", "c1", "r")
            .Node("GlobalAveragePool", "r", "pooled")
            .Node("Flatten", "pooled", "f")
            .Classify()
            .Output("scores");
    }

    private static TargetExplanation Explain(LoadedModel loaded, string method, string? layer)
    {
        var parameters = new ExplainParameters
        {
            Method = method,
            Target = "1",
            Layer = layer,
            Sign = Sign.Both,
        };
        var image = new PreparedInput(Tensor.Spread([3, 5, 6], -2, 2, 9).Floats, Geometry.Of(loaded.Description.Input, 6, 5));
        return GroupExplainer
            .Explain([loaded.View.Plan(parameters)], image, 1, RunContext.Alone(TestContext.Current.CancellationToken))
            .Explanations.Single()
            .Explanation;
    }
}
