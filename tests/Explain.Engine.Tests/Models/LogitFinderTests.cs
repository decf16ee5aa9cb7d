using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests.Models;

public sealed class LogitFinderTests
{
    // csharpier-ignore
    private static readonly Dictionary<string, (Func<TinyGraph, TinyGraph> Build, string Logit, string Activation, string Reason)> Heads = new()
    {
        ["plain"] = (g => g.PoolAndClassify().Output("scores"), "scores", "softmax", "output 'scores' is not fed by a softmax or sigmoid"),
        ["Softmax"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Softmax", "z", "p").Output("p"), "z", "softmax", "input of "
 + "Softmax "
 + "'softmax/p', "
 + "which feeds output 'p'"),
        ["LogSoftmax"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("LogSoftmax", "z", "p").Output("p"), "z", "softmax", "input "
 + "of "
 + "LogSoftmax "
 + "'logsoftmax/p'"),
        ["Sigmoid"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Sigmoid", "z", "p").Output("p"), "z", "sigmoid", "input of "
 + "Sigmoid "
 + "'sigmoid/p'"),
        ["Softmax, "
 + "Reshape, Identity"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Softmax", "z", "p").Ints("s", -1, 3).Node("Reshape", "p "
 + "s", "q").Node("Identity", "q", "out").Output("out"), "z", "softmax", "input of "
 + "Softmax"),
        ["probabilities "
 + "and "
 + "logits"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Softmax", "z", "p").Output("p", "z"), "z", "softmax", "output 'z' "
 + "is not "
 + "fed by a "
 + "softmax or sigmoid"),
        ["an index before "
 + "the "
 + "scores"] = (g => g.PoolAndClassify().Node("ArgMax", "scores", "best", Of("axis", 1)).Output("best", "scores"), "scores", "softmax", "output "
 + "'scores'"),
        ["class maps with "
 + "empty "
 + "space"] = (g => g.Convolve("l", 3, 4, "maps", 1).Node("GlobalAveragePool", "maps", "a").Node("Softmax", "a", "p", Of("axis", 1)).Output("p"), "a", "softmax", "input "
 + "of "
 + "Softmax"),
        ["scores and an "
 + "auxiliary head"] = (g => g.PoolAndClassify().Weight("w2", 4, 7).Node("MatMul", "f "
 + "w2", "aux").Output("scores", "aux"), "scores", "softmax", "output "
 + "'scores'"),
    };

    public static TheoryData<string> Names => [.. Heads.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheClassScoresAreFoundAndTheReasonIsGiven(string head)
    {
        var (build, logit, activation, reason) = Heads[head];
        using var loadedModel = build(Tiny.Features()).Load();
        var model = loadedModel.View;
        var description = model.Description;

        Assert.Equal((logit, activation, 3), (description.Logit, description.Activation, description.Classes));
        var guess = description.Guesses.Single(g => g.What == "output.logit");
        Assert.Equal(logit, guess.Value);
        Assert.Contains(reason, guess.Reason);
        Assert.Contains(description.Guesses, g => g.What == "output.activation" && g.Value == activation && g.Reason.Length > 0);
    }

    [Fact]
    public void AnOldSoftmaxIsPeeledOffTogetherWithTheFlatteningItImplied()
    {
        var g = new TinyGraph(opset: 9, ir: 3)
            .Input("x", 1, 3, 5, 6)
            .Convolve("x", 4, 3, "c0")
            .Node("Relu", "c0", "l")
            .Convolve("l", 3, 4, "maps", 1)
            .Node("GlobalAveragePool", "maps", "a")
            .Node("Softmax", "a", "p")
            .Output("p");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        Assert.Equal(("a", "softmax", "l"), (model.Description.Logit, model.Description.Activation, model.Description.Layer));
        Assert.Equal(9, model.Description.Opset);
        Assert.Equal(["x"], model.Description.Inputs.Select(i => i.Name));
    }

    [Fact]
    public void OneScoreWithoutActivationIsASigmoids()
    {
        var g = Tiny.Features()
            .Node("GlobalAveragePool", "l", "a")
            .Node("Flatten", "a", "f")
            .Weight("w", 4, 1)
            .Node("MatMul", "f w", "scores")
            .Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        Assert.Equal((1, "sigmoid"), (model.Description.Classes, model.Description.Activation));
        Assert.Contains(model.Description.Guesses, guess =>
            guess is { What: "output.activation", Reason: "the graph ends without one and has 1 classes" }
        );
    }

    [Fact]
    public void AConfiguredOutputAndActivationWin()
    {
        var g = Tiny.Features().PoolAndClassify().Weight("w2", 4, 7).Node("MatMul", "f w2", "aux").Output("scores", "aux");
        using var loadedModel = g.Load("""{ "output": { "name": "aux", "activation": "none" } }""");
        var model = loadedModel.View;

        Assert.Equal(("aux", 7, "none"), (model.Description.Logit, model.Description.Classes, model.Description.Activation));
        Assert.DoesNotContain(model.Description.Guesses, guess => guess.What == "output.activation");
    }

    [Theory]
    [InlineData("""{ "output": { "name": "nope" } }""", "output 'nope' of model.json is not a float output of the graph; it has scores")]
    [InlineData("""{ "output": { "activation": "tanh" } }""", "output.activation is tanh; allowed: softmax, sigmoid, none")]
    public void AnImpossibleOutputIsRefused(string json, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<InvalidDataException>(() => Tiny.Features().PoolAndClassify().Output("scores").Load(json)).Message
        );

    [Fact]
    public void AGraphWithoutFloatOutputIsRefused()
    {
        var g = Tiny.Features().PoolAndClassify().Node("ArgMax", "scores", "best", Of("axis", 1)).Output("best");

        Assert.Equal("the graph has no float output", Assert.Throws<InvalidDataException>(() => g.Load()).Message);
    }

    [Fact]
    public void AnOutputOfVariableExtentHasNoClasses()
    {
        var g = new TinyGraph()
            .Input("x", Tensor.Spread([1, 3, 5, 6], -1, 1, 1), [1, 3, null, 6])
            .Node("Flatten", "x", "scores")
            .Output("scores");
        var variable = new TinyGraph()
            .Input("x", 1, 3, 5, 6)
            .Node("NonZero", "x", "n")
            .Node("Cast", "n", "scores", Of("to", 1L))
            .Output("scores");

        Assert.Equal(3 * 224 * 6, g.Load().Description.Classes);
        Assert.Equal((0, "none"), (variable.Load().Description.Classes, variable.Load().Description.Activation));
    }
}
