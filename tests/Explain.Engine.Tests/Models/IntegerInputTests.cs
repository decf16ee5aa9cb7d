using Explain.Engine.Images;
using Explain.Engine.Models;
using Explain.Engine.Vocabulary;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;
using Tensor = Explain.Testing.Tensor;

namespace Explain.Engine.Tests.Models;

/// <summary>Images of integers and half floats are explained as the same images of floats.</summary>
public sealed class IntegerInputTests
{
    private static readonly Tensor Pixels = new([1, 6, 5, 3], [.. Enumerable.Range(0, 90).Select(k => (double)(k * 83 % 256))]);

    // csharpier-ignore
    private static readonly Dictionary<string, Func<TinyGraph, TinyGraph>> Starts = new()
    {
        ["Cast"] = g => g.Node("Cast", "x", "f", Of("to", 1L)).ToNchw("f"),
        ["Transpose, Cast"] = g => g.Node("Transpose", "x", "t", Of("perm", [0L, 3, 1, 2])).Node("Cast", "t", "n", Of("to", 1L)),
        ["Cast to int64, Slice, Reshape, Cast"] = g => g.Node("Cast", "x", "w", Of("to", 7L)).Ints("a", 0).Ints("e", 6).Ints("ax", 1).Node("Slice", "w a e ax", "s").Ints("shape", 1, 6, 5, 3).Node("Reshape", "s shape", "r").Node("Cast", "r", "f", Of("to", 1L)).ToNchw("f"),
        ["Shape beside it"] = g => g.Node("Shape", "x", "size").Node("Reshape", "x size", "r").Node("Cast", "r", "f", Of("to", 1L)).ToNchw("f"),
    };

    private static readonly DataType[] Integers =
    [
        DataType.Uint8,
        DataType.Int16,
        DataType.Uint16,
        DataType.Int32,
        DataType.Uint32,
        DataType.Int64,
        DataType.Uint64,
    ];

    public static MatrixTheoryData<DataType, string> Forms => new(Integers, Starts.Keys);

    [Theory, MemberData(nameof(Forms))]
    public void AnImageOfIntegersIsExplainedAsOneOfFloats(DataType element, string start)
    {
        using var whole = Classified(Starts[start](new TinyGraph().Input("x", Pixels, element))).Load();
        using var real = Classified(new TinyGraph().Input("x", Pixels).ToNchw("x")).Load();

        Assert.Equal(element.ToString().ToUpperInvariant(), whole.Description.Inputs.Single().DataType);
        Assert.Equal("pixels as integers", whole.Description.Guesses.Single(g => g.What == "input.mean").Value);
        Assert.Equal((1f, 0f, 1f), (whole.Description.Input.Scale, whole.Description.Input.Mean[1], whole.Description.Input.Std[1]));
        Assert.Equal(TensorLayout.Nhwc, whole.Description.Input.Layout);
        foreach (var method in new[] { "gradcam", "saliency", "inputxgradient", "occlusion" })
        {
            var (a, b) = (whole.View.Explain(Pixels.ToEngine(), method), real.View.Explain(Pixels.ToEngine(), method));
            Near.Relative(b.Logits.Values, a.Logits.Values, 1e-6, "scores");
            Near.Relative(b.Map.Values, a.Map.Values, 1e-5, method);
            Assert.Contains(a.Map.Values, v => v != 0);
        }
    }

    // csharpier-ignore
    private static readonly Dictionary<string, Func<TinyGraph, TinyGraph>> Arithmetic = new()
    {
        ["Sub, Mul"] = g => g.Weight("mid", Tensor.Of([], 128), DataType.Int32).Weight("two", Tensor.Of([], 2), DataType.Int32).Node("Sub", "x mid", "s").Node("Mul", "s two", "m").Node("Cast", "m", "f", Of("to", 1L)).ToNchw("f"),
        ["Pad with a number, Concat"] = g => g.Ints("p", 0, 1, 1, 0, 0, 1, 1, 0).Weight("v", Tensor.Of([], 114), DataType.Int32).Node("Pad", "x p v", "q").Node("Concat", "q q", "both", Of("axis", 2L)).Node("Cast", "both", "f", Of("to", 1L)).ToNchw("f"),
        ["Clip, Max"] = g => g.Weight("lo", Tensor.Of([], 10), DataType.Int32).Weight("hi", Tensor.Of([], 200), DataType.Int32).Node("Clip", "x lo hi", "c").Node("Max", "c lo", "m").Node("Cast", "m", "f", Of("to", 1L)).ToNchw("f"),
        ["Div, which cuts off"] = g => g.Weight("two", Tensor.Of([], 7), DataType.Int32).Node("Div", "x two", "d").Node("Cast", "d", "f", Of("to", 1L)).ToNchw("f"),
    };

    public static TheoryData<string> Computed => [.. Arithmetic.Keys];

    [Theory, MemberData(nameof(Computed))]
    public void WhatIsComputedWithIntegersIsWhatTheRuntimeComputes(string form)
    {
        var net = Classified(Arithmetic[form](new TinyGraph().Input("x", Pixels, DataType.Int32)));
        using var model = net.Load();

        var expected = RunWhole(net);
        var run = Explain.Engine.Telemetry.RunContext.Alone(TestContext.Current.CancellationToken);
        using var pass = Passes.Forward(model.View, Pixels.ToEngine(), [], run);
        Near.Relative(expected, pass.Scores!.Copy().Values, 1e-6, form);
        // No derivative flows through what cuts off.
        if (!form.StartsWith("Div", StringComparison.Ordinal))
            Assert.Contains(model.View.Explain(Pixels.ToEngine(), "saliency").Map.Values, v => v != 0);
    }

    [Fact]
    public void AScaleForEachChannelLeavesTheIntegersAsTheNumbers()
    {
        var net = Classified(
            new TinyGraph()
                .Input("x", Pixels, DataType.Uint8)
                .Weight("s", Tensor.Of([3], 0.01, 0.02, 0.03))
                .Weight("z", Tensor.Of([3], 100, 110, 120), DataType.Uint8)
                .Node("DequantizeLinear", "x s z", "f", Of("axis", 3L))
                .ToNchw("f")
        );
        using var model = net.Load();

        Assert.Equal((1f, "UINT8"), (model.Description.Input.Scale, model.Description.Inputs.Single().DataType));
        var answer = model.View.Explain(Pixels.ToEngine(), "saliency");
        Near.Relative(Runtime.Run(net.Build(), net.Feeds)["scores"].Floats, answer.Logits.Values, 1e-5, "scores");
        Assert.Contains(answer.Map.Values, v => v != 0);
    }

    [Theory]
    [InlineData(DataType.Int32, 0.5f, "is INT32, and value 4 is 0.5; allowed are whole numbers from -16777216 to 16777216")]
    [InlineData(DataType.Uint8, 256f, "is UINT8, and value 4 is 256; allowed are whole numbers from 0 to 255")]
    [InlineData(DataType.Uint8, -1f, "is UINT8, and value 4 is -1; allowed are whole numbers from 0 to 255")]
    [InlineData(DataType.Int64, 3e9f, "is INT64, and value 4 is 3E+09; allowed are whole numbers")]
    public void NumbersThatAreNoIntegersOfTheTypeAreRefused(DataType element, float wrong, string message)
    {
        using var model = Classified(Starts["Cast"](new TinyGraph().Input("x", Pixels, element))).Load();
        var input = Pixels.ToEngine();
        input.Values[4] = wrong;

        Assert.Contains(message, Assert.Throws<ExplainException>(() => model.View.Explain(input)).Message);
    }

    [Theory]
    [InlineData("model")]
    [InlineData("u8_nhwc")]
    public void FilesWithImagesOfIntegersPredictWhatTheRuntimeDoes(string file)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var path = SharedData.Path("cases", "models", "integer-image-inputs", $"{file}.onnx");
        using var model = Tiny.LoadFile(path);
        var image = Tiny.Images.Decode(File.ReadAllBytes(SharedData.Path("cases", "models", "ingraph-scaling", "p32.png")));
        var input = ImageInput.Of(model.View, Preprocessor.Prepare(image, model.Description.Input));
        var values = new Tensor([.. input.Shape], Array.ConvertAll(input.Values, v => (double)v));

        var graph = Autodiff.Graphs.Graph.Parse(File.ReadAllBytes(path));
        Near.Relative(RunWhole(graph, values), model.View.Explain(input, "saliency").Logits.Values, 1e-5, file);
    }

    private static float[] RunWhole(TinyGraph net) => RunWhole(net.Build(), Pixels);

    private static float[] RunWhole(Autodiff.Graphs.Graph graph, Tensor image) =>
        Runtime.Run(graph, new Dictionary<string, Tensor> { [graph.Inputs.Single()] = image })[graph.Outputs.Single()].Floats;

    private static TinyGraph Classified(TinyGraph g) =>
        g.Weight("conv.w", Tensor.Normal([4, 3, 3, 3], 7))
            .Node("Conv", "n conv.w", "conv")
            .Node("Relu", "conv", "layer")
            .Node("GlobalAveragePool", "layer", "pooled")
            .Node("Flatten", "pooled", "flat")
            .Weight("weights", Tensor.Normal([4, 2], 8))
            .Node("MatMul", "flat weights", "scores")
            .Output("scores");
}
