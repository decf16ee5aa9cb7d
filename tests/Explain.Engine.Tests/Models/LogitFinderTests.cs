using static Explain.Autodiff.Graphs.Attributes;
using Tensor = Explain.Testing.Tensor;

namespace Explain.Engine.Tests.Models;

public sealed class LogitFinderTests
{
    // csharpier-ignore
    private static readonly Dictionary<string, (Func<TinyGraph, TinyGraph> Build, string Logit, string Activation, string Reason)> Heads = new()
    {
        ["plain"] = (g => g.PoolAndClassify().Output("scores"), "scores", "softmax", "output 'scores' is not fed by a softmax or sigmoid"),
        ["Softmax"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Softmax", "z", "p").Output("p"), "z", "softmax", "input of Softmax 'softmax/p', which feeds output 'p'"),
        ["LogSoftmax"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("LogSoftmax", "z", "p").Output("p"), "z", "softmax", "input of LogSoftmax 'logsoftmax/p'"),
        ["Sigmoid"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Sigmoid", "z", "p").Output("p"), "z", "sigmoid", "input of Sigmoid 'sigmoid/p'"),
        ["Softmax, Reshape, Identity"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Softmax", "z", "p").Ints("s", -1, 3).Node("Reshape", "p s", "q").Node("Identity", "q", "out").Output("out"), "z", "softmax", "input of Softmax"),
        ["probabilities and logits"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Softmax", "z", "p").Output("p", "z"), "z", "softmax", "output 'z' is not fed by a softmax or sigmoid"),
        ["an index before the scores"] = (g => g.PoolAndClassify().Node("ArgMax", "scores", "best", Of("axis", 1)).Output("best", "scores"), "scores", "softmax", "output 'scores'"),
        ["class maps with empty space"] = (g => g.Convolve("l", 3, 4, "maps", 1).Node("GlobalAveragePool", "maps", "a").Node("Softmax", "a", "p", Of("axis", 1)).Output("p"), "a", "softmax", "input of Softmax"),
        ["ArgMax alone"] = (g => g.PoolAndClassify().Node("ArgMax", "scores", "best", Of("axis", 1)).Output("best"), "scores", "softmax", "what feeds output 'best' through ArgMax 'argmax/best'"),
        ["ArgMax of Softmax, Squeeze, Cast"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Softmax", "z", "p").Node("ArgMax", "p", "i", Of("axis", 1)).Ints("a", 1).Node("Squeeze", "i a", "s").Node("Cast", "s", "best", Of("to", 6L)).Output("best"), "z", "softmax", "input of Softmax 'softmax/p', which feeds output 'best' through ArgMax 'argmax/i'"),
        ["TopK"] = (g => g.PoolAndClassify().Ints("k", 2).Node("TopK", "scores k", "v i").Output("v", "i"), "scores", "softmax", "what feeds output 'v' through TopK 'topk/v'"),
        ["values of TopK alone"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Softmax", "z", "p").Ints("k", 2).Node("TopK", "p k", "v i").Output("v"), "z", "softmax", "through TopK"),
        ["TopK beside the scores"] = (g => g.PoolAndClassify().Ints("k", 2).Node("TopK", "scores k", "v i").Output("v", "i", "scores"), "scores", "softmax", "output 'scores'"),
        ["TopK beside the probabilities"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Softmax", "z", "p").Ints("k", 2).Node("TopK", "p k", "v i").Output("v", "i", "p"), "z", "softmax", "input of Softmax 'softmax/p', which feeds output 'p'"),
        ["the best and how good it is"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Softmax", "z", "p").Node("ArgMax", "p", "i", Of("axis", 1)).Ints("a", 1).Node("ReduceMax", "p a", "v").Output("v", "i"), "z", "softmax", "through ReduceMax"),
        ["ZipMap"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Softmax", "z", "p").Node("ai.onnx.ml.ZipMap", "p", "maps", Of("classlabels_int64s", [4L, 5, 6])).Output("maps"), "z", "softmax", "through ZipMap"),
        ["the name of the best"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Softmax", "z", "p").Ints("names", [3], [40, 50, 60]).Node("ArgMax", "p", "i", Of("axis", 1), Of("keepdims", 0L)).Node("Gather", "names i", "name").Output("name"), "z", "softmax", "through ArgMax 'argmax/i' and Gather 'gather/name'"),
        ["what is more likely than not"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Sigmoid", "z", "p").Weight("h", Tensor.Of([], 0.5)).Node("Greater", "p h", "is").Output("is"), "z", "sigmoid", "through Greater"),
        ["percent"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Softmax", "z", "p").Weight("h", Tensor.Of([], 100)).Node("Mul", "p h", "percent").Output("percent"), "z", "softmax", "input of Softmax 'softmax/p', which feeds output 'percent' through Mul 'mul/percent'"),
        ["a constant times Sigmoid, divided"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Sigmoid", "z", "p").Weight("h", Tensor.Of([1, 1], 50)).Weight("t", Tensor.Of([1], 0.5)).Node("Mul", "h p", "m").Node("Div", "m t", "percent").Output("percent"), "z", "sigmoid", "through Mul 'mul/m' and Div 'div/percent'"),
        ["from -1 to 1"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Sigmoid", "z", "p").Weight("two", Tensor.Of([], 2)).Weight("one", Tensor.Of([], 1)).Node("Mul", "p two", "m").Node("Sub", "m one", "y").Output("y"), "z", "sigmoid", "through Mul 'mul/m' and Sub 'sub/y'"),
        ["a negative factor"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Softmax", "z", "p").Weight("h", Tensor.Of([], -1)).Node("Mul", "p h", "y").Output("y"), "y", "softmax", "output 'y' is not fed by a softmax or sigmoid"),
        ["a factor for each class"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Softmax", "z", "p").Weight("h", Tensor.Of([3], 1, 2, 3)).Node("Mul", "p h", "y").Output("y"), "y", "softmax", "output 'y' is not fed by a softmax or sigmoid"),
        ["a scale without activation"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Weight("h", Tensor.Of([], 100)).Node("Mul", "z h", "y").Output("y"), "y", "softmax", "output 'y' is not fed by a softmax or sigmoid"),
        ["scores and an auxiliary head"] = (g => g.PoolAndClassify().Weight("w2", 4, 7).Node("MatMul", "f w2", "aux").Output("scores", "aux"), "scores", "softmax", "output 'scores'"),
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
    [InlineData(
        """{ "output": { "name": "nope" } }""",
        "output 'nope' of model.json is no float tensor that a node of the graph computes; its outputs are 'scores'"
    )]
    [InlineData("""{ "output": { "name": "w" } }""", "output 'w' of model.json is no float tensor that a node of the graph computes")]
    [InlineData("""{ "output": { "activation": "tanh" } }""", "output.activation is tanh; allowed: softmax, sigmoid, none")]
    public void AnImpossibleOutputIsRefused(string json, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<InvalidDataException>(() => Tiny.Features().PoolAndClassify().Output("scores").Load(json)).Message
        );

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatIsExplainedIsTheTensorThatTheRuntimeComputesThere(string head)
    {
        var (build, logit, _, _) = Heads[head];
        var net = build(Tiny.Features());
        using var model = net.Load();
        var graph = net.Build();
        graph.SetOutputs([logit]);

        var answer = model.View.Explain(net.Image(), "hirescam");
        Near.Relative(Runtime.Run(graph, net.Feeds)[logit].Floats, answer.Logits.Values, 1e-5, head);
        Assert.Contains(answer.Map.Values, v => v != 0);
    }

    [Fact]
    public void ADetectorsBestRowsAreAnOutputInTheirOwnRight()
    {
        var g = Tiny.Features()
            .PoolAndClassify()
            .Ints("k", 2)
            .Node("TopK", "scores k", "best rank")
            .Weight("w2", 4, 4)
            .Node("MatMul", "f w2", "boxes")
            .Output("best", "boxes");
        using var model = g.Load();

        Assert.Equal("best", model.Description.Logit);
    }

    [Fact]
    public void ClassesAreCalledAsTheGraphCallsThem()
    {
        var names = new Autodiff.Onnx.AttributeProto
        {
            Name = "classlabels_strings",
            Type = Autodiff.Onnx.AttributeProto.Types.AttributeType.Strings,
        };
        names.Strings.AddRange("cat dog owl".Split(' ').Select(Google.Protobuf.ByteString.CopyFromUtf8));
        var g = Tiny.Features()
            .PoolAndClassify("GlobalAveragePool", "z")
            .Node("Softmax", "z", "p")
            .Node("ArgMax", "p", "best", Of("axis", 1))
            .Node("ai.onnx.ml.ZipMap", "p", "maps", names)
            .Output("best", "maps");
        using var own = g.Load();
        using var labelled = g.Load(labels: "a\nb\nc");

        Assert.Equal(["cat", "dog", "owl"], own.Description.Labels);
        Assert.Contains(own.Description.Guesses, guess => guess is { What: "labels", Reason: "they stand in the graph" });
        Assert.Equal(["a", "b", "c"], labelled.Description.Labels);
        Assert.Equal(["z"], own.Description.Explainable.Select(o => o.Name));
    }

    [Theory]
    [InlineData("scores")]
    [InlineData("pooled")]
    [InlineData("f")]
    public void AnyFloatTensorOfTheGraphCanBeNamed(string tensor)
    {
        var g = Tiny.Features().PoolAndClassify().Node("ArgMax", "scores", "best", Of("axis", 1)).Output("best");
        using var model = g.Load($$"""{ "output": { "name": "{{tensor}}" } }""");

        Assert.Equal(tensor, model.Description.Logit);
        Assert.Equal(tensor == "scores" ? 3 : 4, model.Description.Classes);
        Assert.Contains(model.View.Explain(g.Image(), "saliency").Map.Values, v => v != 0);
    }

    [Fact]
    public void AGraphWithoutAnyFloatBehindItsOutputsIsRefused()
    {
        var g = Tiny.Features().Node("Shape", "l", "size").Output("size");

        Assert.StartsWith(
            "no output is a float tensor or a choice among the values of one; the outputs are 'size'",
            Assert.Throws<InvalidDataException>(() => g.Load()).Message
        );
    }

    [Theory]
    [InlineData("Sigmoid", 1, 0, 0.5f)]
    [InlineData("Sigmoid", 255, 0, 127.5f)]
    [InlineData("Sigmoid", 2, -1, 0)]
    [InlineData("Tanh", 2, -1, 0)]
    public void AMasksBorderIsWhereTheProbabilityIsOneHalf(string activation, double scale, double offset, float half)
    {
        var g = Tiny.Features()
            .Node(activation, "l", "p")
            .Weight("a", Tensor.Of([], scale))
            .Weight("b", Tensor.Of([], offset))
            .Node("Mul", "p a", "m")
            .Node("Add", "m b", "mask")
            .Output("mask");

        Assert.Equal(half, Explain.Engine.Models.Reading.LogitFinder.Half(g.Prepare(), "mask"));
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
