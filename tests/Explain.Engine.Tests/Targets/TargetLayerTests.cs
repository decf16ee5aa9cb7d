using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests.Targets;

/// <summary>The layer that a target is explained at, where a model has several last feature maps.</summary>
public sealed class TargetLayerTests
{
    // Boxes of two scales in one tensor, [N, 64 + 16, 2], and behind each the number of the larger score: [N, 80, 3].
    private static readonly TinyGraph Detector = new TinyGraph(known: Known.AllButBatch)
        .Input("x", Tensor.Spread([2, 3, 8, 8], -2, 2, 3))
        .Convolve("x", 4, 3, "c1")
        .Node("Relu", "c1", "r1")
        .Node("MaxPool", "r1", "p", Of("kernel_shape", [2, 2]), Of("strides", [2, 2]))
        .Convolve("p", 5, 4, "c2")
        .Node("Relu", "c2", "r2")
        .Convolve("r1", 2, 4, "h1", 1)
        .Convolve("r2", 2, 5, "h2", 1)
        .Ints("rows", 0, 2, -1)
        .Node("Reshape", "h1 rows", "f1")
        .Node("Reshape", "h2 rows", "f2")
        .Node("Concat", "f1 f2", "flat", Of("axis", 2))
        .Node("Transpose", "flat", "scores", Of("perm", [0, 2, 1]))
        .Node("ArgMax", "scores", "best", Of("axis", 2))
        .Node("Cast", "best", "class", Of("to", 1))
        .Node("Concat", "scores class", "dets", Of("axis", 2))
        .Output("dets");

    [Theory]
    [InlineData("gradcam", 3, "r1", 8)]
    [InlineData("gradcam", 70, "r2", 4)]
    [InlineData("layercam", 63, "r1", 8)]
    [InlineData("layercam", 64, "r2", 4)]
    [InlineData("scorecam", 3, "r1", 8)]
    [InlineData("scorecam", 70, "r2", 4)]
    public void ADefaultLayerIsTheLastThatTheTargetDependsOn(string method, int box, string layer, int extent)
    {
        using var loaded = Detector.Load();
        var usual = loaded.Output("dets").Description.Layer;

        var answer = Explain(loaded, method, $$"""{"output":"dets","index":[{{box}},1]}""");

        Assert.Equal("r2", usual);
        Assert.Equal((layer, extent, extent), (answer.Layer, answer.Map.Height, answer.Map.Width));
        Assert.Contains(answer.Map.Values, v => v != 0);
        Assert.Equal(layer == usual ? 0 : 1, answer.Diagnostics.Count(d => d.Code == "layer-of-target"));
    }

    [Fact]
    public void TheGradientThereIsThatOfTheLayerAskedFor()
    {
        using var loaded = Detector.Load();
        const string Target = """{"output":"dets","index":[3,0]}""";

        Assert.Equal(Explain(loaded, "hirescam", Target, layer: "r1").Map.Values, Explain(loaded, "hirescam", Target).Map.Values);
    }

    [Fact]
    public void ALayerThatWasAskedForStaysAndTheAnswerSaysWhatTheTargetDependsOn()
    {
        using var loaded = Detector.Load();

        var answer = Explain(loaded, "gradcam", """{"output":"dets","index":[3,1]}""", layer: "r2");

        Assert.Equal("r2", answer.Layer);
        var said = Assert.Single(answer.Diagnostics, d => d.Code == "layer-not-of-target");
        Assert.Equal(
            "The target does not depend on this layer, 'r2': the gradient there is zero everywhere. Of the last feature maps it depends on "
                + "'r1'.",
            said.Message
        );
    }

    [Fact]
    public void AnExtraPassIsMadeOnlyWhereTheGradientAtTheDefaultLayerIsZero()
    {
        using var loaded = Detector.Load();
        Assert.Equal((2, 3), (Runs(70), Runs(3)));

        // Places are known after a forward pass; the gradient is a run from the layer on.
        int Runs(int box)
        {
            var before = loaded.Counts.Totals.Runs;
            Explain(loaded, "gradcam", $$"""{"output":"dets","index":[{{box}},1]}""");
            return (int)(loaded.Counts.Totals.Runs - before);
        }
    }

    [Fact]
    public void RowsOfOneRequestHaveOneLayer()
    {
        using var loaded = Detector.Load();
        var parameters = new ExplainParameters { Method = "gradcam", Target = """{"output":"dets","index":[3,1]}""" };

        var answer = TensorExplainer.Explain(
            loaded.View,
            new TensorQuery(Detector.Image(), parameters),
            Tiny.Images,
            RunContext.Alone(TestContext.Current.CancellationToken)
        );

        Assert.Equal("r1", answer.Layer);
        Assert.Equal([2L, 8, 8], answer.Map.Shape);
    }

    [Theory]
    [InlineData("gradcam")]
    [InlineData("saliency")]
    public void ANumberThatIsWholeByNatureSaysThatItHasNoGradient(string method)
    {
        using var loaded = Detector.Load();

        var answer = Explain(loaded, method, """{"output":"dets","index":[5,2]}""");

        var said = Assert.Single(answer.Diagnostics, d => d.Code == "target-without-gradient");
        Assert.Contains("it comes from ArgMax 'argmax/best' and has no gradient", said.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gradcam")]
    [InlineData("saliency")]
    public void AnOutputThatIsWholeByNatureSaysWhatEndsItsGradient(string method)
    {
        var net = Tiny.Features()
            .PoolAndClassify()
            .Node("ArgMax", "scores", "best", Of("axis", 1))
            .Node("Cast", "best", "label", Of("to", 1))
            .Output("scores", "label");
        using var loaded = net.Load();
        var parameters = new ExplainParameters { Method = method, Target = """{"output":"label","index":[0]}""" };

        var e = Assert.Throws<ExplainException>(() => loaded.View.Plan(parameters));

        Assert.Equal(ExplainError.MethodNotSupported, e.Error);
        Assert.Contains("ArgMax 'argmax/best' gives whole numbers, which have no gradient", e.Message, StringComparison.Ordinal);
    }

    private static TargetExplanation Explain(LoadedModel loaded, string method, string target, string? layer = null)
    {
        var parameters = new ExplainParameters
        {
            Method = method,
            Target = target,
            Layer = layer,
            Sign = Sign.Both,
        };
        var values = Detector.Image().Item(0);
        var image = new PreparedInput(values, Geometry.Of(loaded.Description.Input, 8, 8));
        return GroupExplainer
            .Explain([loaded.View.Plan(parameters)], image, 1, RunContext.Alone(TestContext.Current.CancellationToken))
            .Explanations.Single()
            .Explanation;
    }
}
