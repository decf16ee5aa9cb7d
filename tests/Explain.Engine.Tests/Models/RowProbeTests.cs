using Explain.Engine.Vocabulary;
using static Explain.Engine.Tests.Models.RowNets;

namespace Explain.Engine.Tests.Models;

/// <summary>What is found of batch items at loading, and what follows from it: odd batches, further inputs and outputs.</summary>
public sealed class RowProbeTests
{
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
            Near.Relative(Explained(one, image, asked).Map.Values, Explained(any, image, asked).Map.Values, 1e-5, method);
        }
        Assert.Equal(2, Explained(any, FloatTensor.Join([image, image]), Few with { Method = "gradcam" }).Map.Shape[0]);
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
            Near.Relative(Explained(one, image, asked).Map.Values, Explained(loaded, image, asked).Map.Values, 1e-5, method);
        }
        var many = Explained(loaded, FloatTensor.Join([image, image, image]), Few with { Method = "saliency" });
        for (var n = 0; n < 3; n++)
            Near.Relative(Explained(one, image, Few with { Method = "saliency" }).Map.Values, many.Map.Item(n), 1e-5, $"row {n}");
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
            Explained(one, alone, asked).Map.Values,
            Explained(pairs, FloatTensor.Join([alone, alone]), asked).Map.Item(0),
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

        var map = Explained(loaded, x, asked).Map;
        var step = (int)map.Shape[^1] / 4;

        // By hand: f(x) less f(x) with the window at zero.
        Near.Relative(
            [-0.0689f, -0.0714f, -0.0663f, -0.0659f],
            [.. Enumerable.Range(0, 4).Select(n => map.Values[n * step])],
            2e-3,
            "windows"
        );
        var rows = FloatTensor.Join([x, x with { Values = Array.ConvertAll(values, v => 1 - v) }]);
        Near.Relative([-0.3159f, -1.0537f, -0.9117f, -0.3729f], Explained(loaded, rows, asked).Logits.Item(0), 1e-3, "logits");
    }
}
