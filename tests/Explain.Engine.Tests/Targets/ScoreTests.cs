using Explain.Engine.Models.Reading;
using Explain.Engine.Objectives;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Targets;

public sealed class ScoreTests
{
    [Theory]
    [InlineData("softmax", "logit")]
    [InlineData("softmax", "probability")]
    [InlineData("softmax", "log-probability")]
    [InlineData("softmax", "contrast:2")]
    [InlineData("softmax", "counterfactual")]
    [InlineData("sigmoid", "probability")]
    [InlineData("sigmoid", "log-probability")]
    [InlineData("sigmoid", "logit")]
    [InlineData("sigmoid", "contrast:2")]
    [InlineData("sigmoid", "counterfactual")]
    [InlineData("none", "logit")]
    [InlineData("none", "contrast:2")]
    [InlineData("none", "counterfactual")]
    public void TheGradientOfAScoreIsWhatASmallStepChangesOfIt(string activation, string score)
    {
        var g = new TinyGraph(known: Known.AllButBatch)
            .Input("x", 2, 3, 5, 6)
            .Convolve("x", 4, 3, "c0")
            .Node("Sigmoid", "c0", "l")
            .PoolAndClassify()
            .Output("scores");
        using var loadedModel = g.Load($$"""{ "output": { "activation": "{{activation}}" } }""");
        var model = loadedModel.View;
        var image = g.Image();
        var gradient = model.Explain(image, "gradcam", "1", score, layer: "input").Gradients!;

        for (var n = 0; n < 2; n++)
        {
            var slope = gradient.Item(n);
            var length = Math.Sqrt(slope.Sum(v => (double)v * v));
            double At(double step)
            {
                var moved = image.Item(n).Select((v, i) => (float)(v + step * slope[i] / length)).ToArray();
                return Value(model.Explain(new FloatTensor([1, 3, 5, 6], moved), "cam").Logits.Values, activation, score);
            }
            const double Step = 0.05;
            Assert.Equal(length, (At(Step) - At(-Step)) / (2 * Step), 2e-3 * length);
        }
    }

    [Fact]
    public void ProbabilitiesAreStableAndSumToOne()
    {
        var softmax = Ranking.Probabilities([1000, 1001, -1000], "softmax")!;

        Near.Absolute([0.26894142f, 0.73105858f, 0], softmax, 1e-6, "softmax");
        Near.Absolute([0.5f, 1, 0], Ranking.Probabilities([0, 1000, -1000], "sigmoid"), 1e-6, "sigmoid");
        Assert.Null(Ranking.Probabilities([1, 2], "none"));
    }

    [Theory]
    [InlineData("Softmax", 1)]
    [InlineData("Sigmoid", 0)]
    public void ProbabilitiesAreWhatTheModelItselfSays(string activation, int axis)
    {
        var g = Tiny.Features()
            .PoolAndClassify("GlobalAveragePool", "z")
            .Node(activation, "z", "p", activation == "Softmax" ? [Autodiff.Graphs.Attributes.Of("axis", (long)axis)] : [])
            .Output("p");
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        using var input = Engine.Models.Sessions.RunTensor.Over(g.Image());
        using var session = Engine.Models.Sessions.SessionFactory.OpenAsItIs(g.Build(), null, TestContext.Current.CancellationToken);
        using var own = Engine.Models.Sessions.SessionRun.Run(
            session,
            new Dictionary<string, Engine.Models.Sessions.RunTensor> { ["x"] = input },
            null,
            [new("p")],
            TestContext.Current.CancellationToken
        )[0];

        var logits = model.Explain(g.Image(), "cam").Logits;

        for (var n = 0; n < 2; n++)
        {
            var scores = new ClassScores(model.Description, logits.Item(n));
            Near.Absolute(own.Item(n), scores.Top(3).OrderBy(p => p.Index).Select(p => p.Probability!.Value).ToArray(), 1e-6, activation);
        }
    }

    [Theory]
    [InlineData("none", "probability", "the model's outputs are no probabilities")]
    [InlineData("none", "log-probability", "the model's outputs are no probabilities")]
    [InlineData(
        "softmax",
        "Logit",
        "'Logit' is not a score; allowed: logit, probability, log-probability, rest, contrast:CLASS, counterfactual"
    )]
    [InlineData("none", "rest", "rest adds the logarithm of a softmax")]
    [InlineData("sigmoid", "rest", "rest adds the logarithm of a softmax")]
    [InlineData("softmax", "", "'' is not a score")]
    public void AScoreTheModelDoesNotHaveIsAnInvalidParameter(string activation, string score, string message)
    {
        var e = Assert.Throws<ExplainException>(() => Score.Parse(score, activation, new TargetParser([], 3)));

        Assert.Equal(ExplainError.InvalidParameter, e.Error);
        Assert.Contains(message, e.Errors["score"].Single());
    }

    [Theory]
    [InlineData("contrast:3", ExplainError.TargetOutOfRange)]
    [InlineData("contrast:", ExplainError.InvalidParameter)]
    [InlineData("contrast:top:2", ExplainError.InvalidParameter)]
    [InlineData("contrast:zebra", ExplainError.LabelNotFound)]
    public void TheClassOfAContrastIsReadLikeATarget(string score, ExplainError error) =>
        Assert.Equal(
            error,
            Assert.Throws<ExplainException>(() => Score.Parse(score, "softmax", new TargetParser(["a", "b, bee", "c"], 3))).Error
        );

    [Fact]
    public void AContrastIsAPairOfClassesAndWeights()
    {
        var score = Score.Parse("contrast:bee", "softmax", new TargetParser(["a", "b, bee", "c"], 3));

        var objective = new ClassObjective(score, Target.Predicted);

        Assert.Equal([-1L, 1L], objective.Classes);
        Assert.Equal([1f, -1f], objective.Weights);
        Assert.Equal([2L, 1L], objective.Resolve([3], [1, 0, 2]).Classes!);
        Assert.Equal(3 - 5, objective.Resolve([3], [1, 0, 2]).Value([4, 5, 3]));
    }

    private static double Value(float[] logits, string activation, string score)
    {
        var exponents = logits.Select(v => Math.Exp(v)).ToArray();
        var probability = activation == "softmax" ? exponents[1] / exponents.Sum() : 1 / (1 + Math.Exp(-logits[1]));
        return score switch
        {
            "probability" => probability,
            "log-probability" => Math.Log(probability),
            "contrast:2" => (double)logits[1] - logits[2],
            "counterfactual" => -logits[1],
            _ => logits[1],
        };
    }
}
