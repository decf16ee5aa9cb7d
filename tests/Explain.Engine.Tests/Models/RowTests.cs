using Explain.Engine.Explaining;
using Explain.Engine.Inputs;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests.Models;

/// <summary>Models whose batch items mind each other: each image, each sample and each row of a request is computed alone.</summary>
public sealed class RowTests
{
    private static readonly ExplainParameters Few = new()
    {
        Target = "1",
        Sign = Sign.Both,
        Options = new()
        {
            Samples = 9,
            Seed = 5,
            Window = (2, 2),
        },
    };

    // What the image becomes before the net, or the scores behind it: from "x" to "y", and from "s" to "scores".
    private static readonly Dictionary<string, Func<TinyGraph, TinyGraph>> Before = new()
    {
        ["mean of the batch"] = g => g.Ints("ax", 0).Node("ReduceMean", "x ax", "m").Node("Sub", "x m", "y"),
        ["variance of the batch"] = g =>
            g.Ints("ax", 0, 2, 3)
                .Node("ReduceMean", "x ax", "m")
                .Node("Sub", "x m", "d")
                .Node("Mul", "d d", "dd")
                .Node("ReduceMean", "dd ax", "v")
                .Weight("eps", Tensor.Of([], 0.5))
                .Node("Add", "v eps", "ve")
                .Node("Sqrt", "ve", "sd")
                .Node("Div", "d sd", "y"),
        ["maximum of everything"] = g =>
            g.Node("ReduceMax", "x", "m").Weight("eps", Tensor.Of([], 0.5)).Node("Add", "m eps", "me").Node("Div", "x me", "y"),
        ["maximum of everything, flat"] = g =>
            g.Ints("flat", -1)
                .Node("Reshape", "x flat", "xf")
                .Node("ReduceMax", "xf", "m")
                .Weight("eps", Tensor.Of([], 0.5))
                .Node("Add", "m eps", "me")
                .Node("Div", "x me", "y"),
        ["one scale for the batch"] = g =>
            g.Node("DynamicQuantizeLinear", "x", "q scale zero").Node("DequantizeLinear", "q scale zero", "y"),
        ["softmax over the batch"] = g => g.Node("Softmax", "x", "p", Of("axis", 0)).Node("Mul", "x p", "y"),
        // Below the bound nothing is shared; and no image of the tests' size passes it.
        ["a maximum that is only compared"] = g =>
            g.Node("ReduceMax", "x", "m")
                .Weight("bound", Tensor.Of([], 4000))
                .Node("Greater", "m bound", "large")
                .Weight("scale", Tensor.Of([], 0.004))
                .Node("Mul", "x scale", "small")
                .Node("Where", "large small x", "y"),
    };

    private static readonly string[] Sampling =
    [
        "occlusion",
        "rise",
        "kernelshap",
        "integrated-gradients",
        "smoothgrad",
        "scorecam",
        "ablationcam",
        "aise",
    ];
    private static readonly string[] OfAllKinds = ["gradcam", "occlusion", "saliency"];

    public static TheoryData<string> Mixing => [.. Before.Keys];

    public static TheoryData<string, string> MixingAndMethods =>
        new(from before in Before.Keys.Take(6) from method in Sampling select (before, method));

    [Theory]
    [MemberData(nameof(Mixing))]
    public void WhatMixesItemsIsFound(string before)
    {
        using var loaded = Tiny.LoadAndTry(Net(Known.AllButBatch, Before[before]).ToBytes());

        Assert.Equal((1, 1, false), (loaded.View.BatchSize, loaded.View.DifferentItems, loaded.View.JoinsRequests));
        var guess = Assert.Single(loaded.Description.Guesses, g => g.What == "batch");
        Assert.Equal("1", guess.Value);
        Assert.EndsWith("every image and every sample has a run of its own", guess.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(MixingAndMethods))]
    public void SamplesAreThoseOfTheModelMadeForOneImage(string before, string method)
    {
        using var any = Tiny.LoadAndTry(Net(Known.AllButBatch, Before[before]).ToBytes());
        using var one = Net(Known.Everything, Before[before], items: 1).Load();
        var image = new FloatTensor([1, 3, 5, 6], Net(Known.AllButBatch, Before[before]).Image().Item(0));
        var asked = Few with { Method = method };

        Assert.Equal(1, one.View.BatchSize);
        Near.Relative(Explain(one, image, asked).Map.Values, Explain(any, image, asked).Map.Values, 1e-5, method);
    }

    [Theory]
    [MemberData(nameof(Mixing))]
    public async Task RowsOfOneRequestAreThoseOfRequestsOfTheirOwn(string before)
    {
        var net = Net(Known.AllButBatch, Before[before]);
        using var loaded = Tiny.LoadAndTry(net.ToBytes());
        var rows = Enumerable.Range(0, 2).Select(n => new FloatTensor([1, 3, 5, 6], net.Image().Item(n))).ToArray();
        rows[1] = rows[1] with { Values = Array.ConvertAll(rows[1].Values, v => 9000 * v) };
        var both = FloatTensor.Join(rows);

        foreach (var method in OfAllKinds)
        {
            var together = Explain(loaded, both, Few with { Method = method });
            for (var n = 0; n < 2; n++)
            {
                var alone = Explain(loaded, rows[n], Few with { Method = method });
                Near.Relative(alone.Logits.Values, together.Logits.Item(n), 1e-6, "logits");
                Near.Relative(alone.Map.Values, together.Map.Item(n), 1e-5, method);
                if (alone.Gradients is { } gradients)
                    Near.Relative(gradients.Values, together.Gradients!.Item(n), 1e-6, "gradients");
            }
        }
        var inferred = await InferAsync(loaded, both);
        for (var n = 0; n < 2; n++)
            Near.Relative((await InferAsync(loaded, rows[n])).Values, inferred.Item(n), 1e-6, $"row {n}");
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("layer normalisation")]
    [InlineData("flattened")]
    [InlineData("maximum of each image")]
    [InlineData("quantised")]
    public void ModelsThatKeepItemsApartTakeManyAtATime(string kind)
    {
        var net = Net(Known.AllButBatch, g => kind switch
            {
                "layer normalisation" => g.Weight("ln", Tensor.Of([6], 1, 2, 1, 2, 1, 2)).Node("LayerNormalization", "x ln", "y"),
                "flattened" => g.Ints("to", 0, -1)
                    .Node("Reshape", "x to", "xf")
                    .Ints("last", 1)
                    .Node("ReduceMean", "xf last", "m")
                    .Node("Sub", "xf m", "d")
                    .Ints("back", 0, 3, 5, 6)
                    .Node("Reshape", "d back", "y"),
                "maximum of each image" => g.Ints("ax", 1, 2, 3).Node("ReduceMax", "x ax", "m").Node("Div", "x m", "y"),
                "quantised" => g.Weight("scale", Tensor.Of([], 0.25))
                    .Weight("zero", Tensor.Of([], 3), Autodiff.Onnx.TensorProto.Types.DataType.Int8)
                    .Node("QuantizeLinear", "x scale zero", "q")
                    .Node("DequantizeLinear", "q scale zero", "y"),
                _ => g.Node("Identity", "x", "y"),
            });
        using var loaded = Tiny.LoadAndTry(net.ToBytes());

        Assert.Equal((null, null, true), (loaded.View.BatchSize, loaded.View.DifferentItems, loaded.View.JoinsRequests));
        Assert.DoesNotContain(loaded.Description.Guesses, g => g.What == "batch");
    }

    [Fact]
    public void ABatchThatIsNamedButMadeForOneRunsOneImageAtATime()
    {
        static TinyGraph Build(Known known, int items) =>
            new TinyGraph(known: known)
                .Input("x", Tensor.Spread([items, 3, 5, 6], -2, 2, 3))
                .Convolve("x", 4, 3, "c0")
                .Node("Relu", "c0", "l")
                .Node("GlobalAveragePool", "l", "pooled")
                .Ints("flat", 1, 4)
                .Node("Reshape", "pooled flat", "f")
                .Classify()
                .Output("scores");
        using var any = Tiny.LoadAndTry(Build(Known.AllButBatch, 2).ToBytes());
        using var one = Build(Known.Everything, 1).Load();
        var image = Tensor.Spread([1, 3, 5, 6], -2, 2, 3).ToEngine();

        Assert.Contains(
            "made for one image",
            Assert.Single(any.Description.Guesses, g => g.What == "batch").Reason,
            StringComparison.Ordinal
        );
        foreach (var method in Sampling)
        {
            var asked = Few with { Method = method };
            Near.Relative(Explain(one, image, asked).Map.Values, Explain(any, image, asked).Map.Values, 1e-5, method);
        }
        Assert.Equal(2, Explain(any, FloatTensor.Join([image, image]), Few with { Method = "gradcam" }).Map.Shape[0]);
    }

    [Fact]
    public void WhatFailsTogetherRunsOneByOne()
    {
        // Each item looks up the row of its number in a table that has two.
        var net = Net(Known.AllButBatch, g =>
            g.Node("Shape", "x", "shape")
                .Ints("first", 0)
                .Node("Gather", "shape first", "n1")
                .Node("Squeeze", "n1", "n")
                .Ints("from", [], [0])
                .Ints("step", [], [1])
                .Node("Range", "from n step", "numbers")
                .Weight("table", Tensor.Of([2, 1, 1, 1], 0.5, 0.5))
                .Node("Gather", "table numbers", "rows")
                .Node("Add", "x rows", "y")
        );
        using var loaded = Tiny.LoadAndTry(net.ToBytes());
        var plain = Net(Known.Everything, g => g.Weight("half", Tensor.Of([1], 0.5)).Node("Add", "x half", "y"), items: 1);
        using var one = plain.Load();
        var image = new FloatTensor([1, 3, 5, 6], net.Image().Item(0));

        Assert.Null(loaded.View.BatchSize);
        foreach (var method in Sampling)
        {
            var asked = Few with { Method = method };
            Near.Relative(Explain(one, image, asked).Map.Values, Explain(loaded, image, asked).Map.Values, 1e-5, method);
        }
        var many = Explain(loaded, FloatTensor.Join([image, image, image]), Few with { Method = "saliency" });
        for (var n = 0; n < 3; n++)
            Near.Relative(Explain(one, image, Few with { Method = "saliency" }).Map.Values, many.Map.Item(n), 1e-5, $"row {n}");
    }

    [Fact]
    public void ASampleOfAFixedBatchThatMixesFillsEveryPlace()
    {
        using var pairs = Tiny.LoadAndTry(Net(Known.Everything, Before["maximum of everything"]).ToBytes());
        using var one = Net(Known.Everything, Before["maximum of everything"], items: 1).Load();
        var image = Net(Known.Everything, Before["maximum of everything"]).Image();
        var alone = new FloatTensor([1, 3, 5, 6], image.Item(0));

        Assert.Equal((2, 1), (pairs.View.BatchSize, pairs.View.DifferentItems));
        var asked = Few with { Method = "occlusion" };
        Near.Relative(
            Explain(one, alone, asked).Map.Values,
            Explain(pairs, FloatTensor.Join([alone, alone]), asked).Map.Item(0),
            1e-5,
            "occlusion"
        );
    }

    [Fact]
    public void AFurtherOutputThatMixesKeepsItemsApart()
    {
        var net = Tiny.Features()
            .PoolAndClassify()
            .Ints("ax", 0)
            .Node("ReduceSum", "f ax", "sum")
            .Node("Mul", "f sum", "embedding")
            .Output("scores", "embedding");
        using var loaded = Tiny.LoadAndTry(net.ToBytes());

        Assert.Equal(1, loaded.View.BatchSize);
    }

    [Fact]
    public void AModelThatTakesPixelsOnlyIsTriedWithPixels()
    {
        // Of negative numbers the logarithm is none.
        using var loaded = Tiny.LoadAndTry(
            Net(Known.AllButBatch, g => g.Weight("one", Tensor.Of([], 1)).Node("Add", "x one", "x1").Node("Log", "x1", "y")).ToBytes()
        );
        using var mixing = Tiny.LoadAndTry(
            Net(Known.AllButBatch, g => Before["mean of the batch"](g.Node("Sqrt", "x", "root")).Node("Add", "y root", "z"), of: "z")
                .ToBytes()
        );

        Assert.Null(loaded.View.BatchSize);
        Assert.Equal(1, mixing.View.BatchSize);
    }

    [Fact]
    public void AModelWithFurtherInputsIsTriedWithZerosOrOnes()
    {
        var net = Tiny.Features()
            .PoolAndClassify(scores: "s")
            .Input("q", Tensor.Spread([2, 3], -2, 2, 7))
            .Node("Add", "s q", "scores")
            .Output("scores");
        using var loaded = Tiny.LoadAndTry(net.ToBytes());

        Assert.Null(loaded.View.BatchSize);
        Assert.DoesNotContain(loaded.Description.Guesses, g => g.What == "batch");
    }

    [Fact]
    public void AStoredModelGivesWhatItGivesForOnePictureARun()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        static string File(string name) => SharedData.Path("cases", "models", "rows-mixed-in-samplers", name);
        using var loaded = Tiny.LoadAndTry(System.IO.File.ReadAllBytes(File("model.onnx")));
        var (shape, values) = Npy.Read(File("x.npy"));
        var x = new FloatTensor(shape, values);
        var asked = Few with
        {
            Method = "occlusion",
            Options = new()
            {
                Window = (8, 8),
                Stride = (8, 8),
                Baseline = "zero",
            },
        };

        var map = Explain(loaded, x, asked).Map;
        var step = (int)map.Shape[^1] / 4;

        // By hand: f(x) less f(x) with the window at zero.
        Near.Relative(
            [-0.0689f, -0.0714f, -0.0663f, -0.0659f],
            [.. Enumerable.Range(0, 4).Select(n => map.Values[n * step])],
            2e-3,
            "windows"
        );
        var rows = FloatTensor.Join([x, x with { Values = Array.ConvertAll(values, v => 1 - v) }]);
        Near.Relative([-0.3159f, -1.0537f, -0.9117f, -0.3729f], Explain(loaded, rows, asked).Logits.Item(0), 1e-3, "logits");
    }

    private static TinyGraph Net(Known known, Func<TinyGraph, TinyGraph> before, int items = 2, string of = "y") =>
        before(new TinyGraph(known: known).Input("x", Tensor.Spread([items, 3, 5, 6], -2, 2, 3)))
            .Convolve(of, 4, 3, "c0")
            .Node("Relu", "c0", "l")
            .PoolAndClassify()
            .Output("scores");

    private static TensorAnswer Explain(LoadedModel loaded, FloatTensor input, ExplainParameters parameters) =>
        TensorExplainer.Explain(
            loaded.View,
            new TensorQuery(input, parameters) { Parts = parameters.Method == "gradcam" ? TensorParts.Gradients : TensorParts.None },
            Tiny.Images,
            RunContext.Alone(TestContext.Current.CancellationToken)
        );

    private static async Task<FloatTensor> InferAsync(LoadedModel loaded, FloatTensor input)
    {
        var served = new ServedModel(loaded, []);
        Assert.True(served.TryUse());
        using var lease = new ModelLease(served);
        return (
            await Inference.RunAsync(lease, input, InputTensor.None, ["scores"], RunContext.Alone(TestContext.Current.CancellationToken))
        )[0];
    }
}
