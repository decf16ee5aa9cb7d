using Explain.Engine.Explaining;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models;
using Explain.Engine.Models.Layouts;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Tests.Methods.Perturbation;
using Explain.Engine.Vocabulary;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests.Layouts;

/// <summary>Layers of tokens: where their grid comes from, which of them are patches, and which layer is taken.</summary>
public sealed class TokenTests
{
    [Theory]
    [InlineData(1, "1 token in front left out")]
    [InlineData(3, "3 tokens in front left out")]
    public void TheDefaultLayerOfAClassTokensNetLiesBeforeTheLastAttention(int leading, string dropped)
    {
        var g = LayoutNets.Transformer(leading);
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var description = model.Description;
        Assert.Equal("normed", description.Layer);
        var layer = description.Layers.Single(l => l.Name == "normed");
        Assert.Equal((4, 2, 3, "NTC"), (layer.Channels, layer.Height, layer.Width, layer.Layout.Name));
        Assert.Equal(new TokenGrid(2, 3, leading, 0, "patches"), layer.Layout.Tokens);
        Assert.Contains(description.Guesses, guess =>
            guess.What == "layer"
            && guess.Reason
                == "the last tokens whose patches the output depends on, before the last attention: 4 channels of 2×3 patches from "
                    + "Sigmoid; "
                    + $"{dropped}; the grid is that of 'patches' from Conv"
        );
        var answer = model.Explain(g.Image());
        Assert.Equal([2L, leading + 6, 4], answer.Gradients!.Shape);
        Assert.Equal([2L, 2, 3], answer.Map.Shape);
        Assert.Contains(answer.Map.Values, v => v != 0);
    }

    [Fact]
    public void BehindTheLastAttentionAClassTokensNetHasNoGradientAtItsPatches()
    {
        var g = LayoutNets.Transformer();
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        Assert.All(model.Explain(g.Image(), layer: "last").Map.Values, v => Assert.Equal(0, v));
        Assert.Contains(model.Explain(g.Image(), layer: "stream").Map.Values, v => v != 0);
    }

    [Theory]
    [InlineData("ablationcam")]
    [InlineData("reciprocam")]
    public void MethodsThatNeedAllWaysTakeTheTokensThatAreOnAllOfThem(string method)
    {
        using var loadedModel = LayoutNets.Transformer().Load();
        var model = loadedModel.View;

        Assert.True(MethodSupportTable.For(model).Single(m => m.Method == method).Supported);
        Assert.Equal(["stream"], model.Plan(new ExplainParameters { Method = method }).Layers);
    }

    [Fact]
    public void ReciproCamIsTheScoreOfOnePatchBesideTheClassToken()
    {
        var g = LayoutNets.Transformer(items: 1);
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        var answer = model.Explain(g.Image(), "reciprocam", layer: "stream");

        for (var patch = 0; patch < 6; patch++)
        {
            Assert.Equal(
                Score(model, answer.Activations!, (token, _) => token == 0 || token == patch + 1 ? 1 : 0),
                answer.Map.Values[patch],
                1e-5f
            );
        }

        var blurred = model.Perturb(
            g.Image(),
            new ExplainParameters
            {
                Method = "reciprocam",
                Target = "1",
                Layer = "stream",
                Options = new() { Compat = Compat.OpenvinoXai },
            }
        );
        float[] gaussian = [1 / 16f, 1 / 8f, 1 / 16f, 1 / 8f, 1 / 4f, 1 / 8f, 1 / 16f, 1 / 8f, 1 / 16f];
        for (var patch = 0; patch < 6; patch++)
        {
            float Factor(int token)
            {
                var (down, right) = ((token - 1) / 3 - patch / 3, (token - 1) % 3 - patch % 3);
                return token == 0 ? 1
                    : Math.Abs(down) <= 1 && Math.Abs(right) <= 1 ? gaussian[(down + 1) * 3 + right + 1]
                    : 0;
            }
            Assert.Equal(Score(model, answer.Activations!, (token, _) => Factor(token)), blurred.Map.Values[patch], 1e-5f);
        }
    }

    [Fact]
    public void AblationCamLeavesAChannelOutOfTheClassTokenToo()
    {
        var g = LayoutNets.Transformer(items: 1);
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        var (answer, score) = (model.Explain(g.Image(), layer: "stream"), model.Explain(g.Image()).Scores!.Values[0]);

        var plan = model.Plan(new ExplainParameters { Method = "ablationcam", Target = "1" });
        using var study = ExplainPlan.Study(
            [plan],
            g.Image(),
            plan.Targets.Rounds(plan.Targets.Objectives, 1),
            RunContext.Alone(TestContext.Current.CancellationToken)
        );
        var weights = plan.Run(study, 0, 0).Values.Weights!;

        for (var channel = 0; channel < 4; channel++)
        {
            Assert.Equal(
                (score - Score(model, answer.Activations!, (_, c) => c == channel ? 0 : 1)) / Math.Abs(score),
                weights[channel],
                1e-4f
            );
        }
    }

    [Theory]
    [InlineData("scorecam")]
    [InlineData("sscam")]
    [InlineData("iscam")]
    [InlineData("ablationcam")]
    [InlineData("reciprocam")]
    [InlineData("eigencam")]
    [InlineData("gradcam++")]
    [InlineData("layercam")]
    public void EveryKindOfMethodHasAMapOfThePatches(string method)
    {
        var g = LayoutNets.Transformer(2);
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var map = model
            .Perturb(
                g.Image(),
                new ExplainParameters
                {
                    Method = method,
                    Target = "1",
                    Sign = Sign.Both,
                }
            )
            .Map;

        Assert.Equal([2L, 2, 3], map.Shape);
        Assert.NotEqual(map.Item(0), map.Item(1));
        Assert.True(map.Item(0).Distinct().Count() > 1);
    }

    [Fact]
    public void PatchesCutWithoutAConvolutionAreInTheGridOfTheirRowsAndColumns()
    {
        var g = new TinyGraph()
            .Input("x", 1, 3, 4, 6)
            .Ints("cut", 1, 3, 2, 2, 3, 2)
            .Node("Reshape", "x cut", "pieces")
            .Node("Transpose", "pieces", "moved", Of("perm", [0, 2, 4, 3, 5, 1]))
            .Ints("joined", 1, 6, 12)
            .Node("Reshape", "moved joined", "t")
            .Weight("w", 12, 5)
            .Node("MatMul", "t w", "k")
            .Node("Relu", "k", "l")
            .Ints("a", 1)
            .Node("ReduceMean", "l a", "f", Of("keepdims", 0))
            .Weight("c", 5, 3)
            .Node("MatMul", "f c", "scores")
            .Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var layer = model.Description.Layers.Single(l => l.Name == model.Description.Layer);
        Assert.Equal(("l", 5, 2, 3, "NTC"), (layer.Name, layer.Channels, layer.Height, layer.Width, layer.Layout.Name));
        Assert.Equal("moved", layer.Layout.Tokens!.Source);
    }

    [Fact]
    public void TokensOfUnknownOriginGetAGridWithTheProportionsOfTheImage()
    {
        var g = new TinyGraph()
            .Input("x", 1, 3, 4, 6)
            .Node("Flatten", "x", "all")
            .Weight("e", 72, 28)
            .Node("MatMul", "all e", "embedded")
            .Ints("seven", 1, 7, 4)
            .Node("Reshape", "embedded seven", "t")
            .Weight("w", 4, 5)
            .Node("MatMul", "t w", "k")
            .Node("Relu", "k", "l")
            .Ints("a", 1)
            .Node("ReduceMean", "l a", "f", Of("keepdims", 0))
            .Weight("c", 5, 3)
            .Node("MatMul", "f c", "scores")
            .Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var layer = model.Description.Layers.Single(l => l.Name == model.Description.Layer);
        Assert.Equal(("l", 2, 3), (layer.Name, layer.Height, layer.Width));
        Assert.Equal(new TokenGrid(2, 3, 1, 0, null), layer.Layout.Tokens);
        Assert.Contains(model.Description.Guesses, guess =>
            guess.What == "layer"
            && guess.Reason.EndsWith(
                "the grid is a guess from the number of tokens and the proportions of the image",
                StringComparison.Ordinal
            )
        );
    }

    // The model from "stream" on, with every value of a token and channel times a factor.
    private static float Score(Model model, FloatTensor stream, Func<int, int, float> factor)
    {
        var (tokens, channels) = ((int)stream.Shape[1], (int)stream.Shape[2]);
        var changed = new FloatTensor(stream.Shape, [.. stream.Values.Select((v, i) => v * factor(i / channels % tokens, i % channels))]);
        using var pass = Passes.Head(model, "stream", changed, 1, RunContext.Alone(TestContext.Current.CancellationToken));
        return pass.Scores!.Values[1];
    }
}
