using Explain.Autodiff.Graphs;
using Explain.Engine.Images;
using Explain.Engine.Models;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;
using Tensor = Explain.Testing.Tensor;

namespace Explain.Engine.Tests.Models;

/// <summary>What the constants at the start of a graph say of the pixels it takes.</summary>
public sealed class InGraphScalingTests
{
    private const string Bytes = "pixels on 0..255";
    private const string Unit = "pixels on 0..1";
    private const string Signed = "pixels on -1..1";
    private const string ImageNet = "ImageNet mean and std on 0..1";

    private static readonly double[] Mean = [0.485, 0.456, 0.406];
    private static readonly double[] Std = [0.229, 0.224, 0.225];
    private static readonly double[] Mean255 = [123.675, 116.28, 103.53];
    private static readonly double[] Std255 = [58.395, 57.12, 57.375];
    private static readonly double[] Caffe = [103.939, 116.779, 123.68];

    // csharpier-ignore
    private static readonly Dictionary<string, (Func<TinyGraph> Build, string Convention, string Nodes)> Forms = new()
    {
        ["Mul 1/255"] = (() => Nchw().Scale("Mul", "x", "n", 1 / 255.0), Bytes, "Mul 'mul/n'"),
        ["Mul 1/255, on the left"] = (() => Nchw().Weight("k", Tensor.Of([1], 1 / 255.0)).Node("Mul", "k x", "n"), Bytes, "Mul 'mul/n'"),
        ["Div 255"] = (() => Nchw().Scale("Div", "x", "n", 255), Bytes, "Div 'div/n'"),
        ["Mul 1/256"] = (() => Nchw().Scale("Mul", "x", "n", 1 / 256.0), Bytes, "Mul"),
        ["Mul 1/127.5, Sub 1"] = (() => Nchw().Scale("Mul", "x", "m", 1 / 127.5).Scale("Sub", "m", "n", 1), Bytes, "Mul 'mul/m', Sub 'sub/n'"),
        ["Div 127.5, Add -1"] = (() => Nchw().Scale("Div", "x", "m", 127.5).Scale("Add", "m", "n", -1), Bytes, "Div 'div/m', Add 'add/n'"),
        ["Sub 127.5, Div 127.5"] = (() => Nchw().Scale("Sub", "x", "m", 127.5).Scale("Div", "m", "n", 127.5), Bytes, "Sub 'sub/m', Div 'div/n'"),
        ["Sub 128, Mul 1/128"] = (() => Nchw().Scale("Sub", "x", "m", 128).Scale("Mul", "m", "n", 1 / 128.0), Bytes, "Sub"),
        ["Sub mean of 255, Div std of 255"] = (() => Nchw().Channels("Sub", "x", "m", Mean255).Channels("Div", "m", "n", Std255), Bytes, "Sub 'sub/m', Div 'div/n'"),
        ["x * a + b"] = (() => Nchw().Channels("Mul", "x", "m", [.. Std255.Select(s => 1 / s)]).Channels("Add", "m", "n", [.. Mean.Zip(Std, (m, s) => -m / s)]), Bytes, "Mul 'mul/m', Add 'add/n'"),
        ["Div 255, Sub mean, Div std"] = (() => Nchw().Scale("Div", "x", "u", 255).Channels("Sub", "u", "m", Mean).Channels("Div", "m", "n", Std), Bytes, "Div 'div/u', Sub 'sub/m', Div 'div/n'"),
        ["the same, channels last"] = (() => Nhwc().Scale("Mul", "x", "u", 1 / 255.0).Scale("Add", "u", "a", 0).Last("Sub", "a", "m", Mean).Last("Div", "m", "l", Std).ToNchw("l"), Bytes, "Mul 'mul/u', Add 'add/a', Sub 'sub/m', Div 'div/l'"),
        ["Transpose first"] = (() => Nhwc().Node("Transpose", "x", "t", Of("perm", [0L, 3, 1, 2])).Scale("Div", "t", "n", 255), Bytes, "Div 'div/n'"),
        ["Identity and Cast first, constants as nodes"] = (() => Nchw().Node("Identity", "x", "i").Node("Cast", "i", "c", Of("to", 1L)).Node("Constant", "", "k", Of("value", Tensors.Float([], [255]))).Node("Div", "c k", "n"), Bytes, "Div 'div/n'"),
        ["a constant that is computed"] = (() => Nchw().Weight("v", Tensor.Of([1, 3, 1, 1], [.. Std255.Select(s => s * s)])).Node("Sqrt", "v", "s").Channels("Sub", "x", "m", Mean255).Node("Div", "m s", "n"), Bytes, "Sub 'sub/m', Div 'div/n'"),
        ["Resize first"] = (() => Nchw().Ints("to", 1, 3, 12, 10).Node("Resize", "x - - to", "r", Of("mode", "linear")).Scale("Mul", "r", "n", 1 / 255.0), Bytes, "Mul 'mul/n'"),
        ["Resize to an extent that is computed"] = (() => Nchw().Ints("two", 1, 1, 2, 2).Node("Shape", "x", "s").Node("Mul", "s two", "to").Node("Resize", "x - - to", "r", Of("mode", "cubic")).Scale("Mul", "r", "n", 1 / 255.0), Bytes, "Mul 'mul/n'"),
        ["Pad first, with grey"] = (() => Nchw().Ints("p", 0, 0, 2, 2, 0, 0, 2, 2).Weight("g", Tensor.Of([], 114)).Node("Pad", "x p g", "q").Scale("Div", "q", "n", 255), Bytes, "Div 'div/n'"),
        ["Clip, Div, Clip"] = (() => Nchw().Weight("lo", Tensor.Of([], 0)).Weight("hi", Tensor.Of([], 255)).Weight("one", Tensor.Of([], 1)).Node("Clip", "x lo hi", "c").Scale("Div", "c", "d", 255).Node("Clip", "d lo one", "n"), Bytes, "Div 'div/d'"),
        ["Reshape around"] = (() => Nchw().Ints("rows", 3, -1).Ints("back", 1, 3, 6, 5).Node("Reshape", "x rows", "f").Scale("Div", "f", "d", 255).Node("Reshape", "d back", "n"), Bytes, "Div 'div/d'"),
        ["Split, each Sub and Div, Concat"] = (() => Each(Nchw().Node("Split", "x", "x0 x1 x2", Of("axis", 1L), Of("num_outputs", 3L)), Mean255, Std255), Bytes, "Sub 'sub/m0', Div 'div/n0', Sub 'sub/m1', Div 'div/n1' and 2 more"),
        ["flipped to BGR, then means of Caffe"] = (() => Nchw().Ints("flip", 2, 1, 0).Node("Gather", "x flip", "b", Of("axis", 1L)).Channels("Sub", "b", "n", Caffe), Bytes, "Sub 'sub/n'"),
        ["means of Caffe"] = (() => Nchw().Channels("Sub", "x", "n", Caffe), Bytes, "Sub 'sub/n'"),
        ["an image of means"] = (() => Nchw().Weight("k", Tensor.Of([1, 3, 6, 5], [.. Enumerable.Range(0, 90).Select(i => Caffe[i / 30] + 10 * Math.Sin(i))])).Node("Sub", "x k", "n"), Bytes, "Sub 'sub/n'"),
        ["BatchNormalization of pixels"] = (() => Nchw().Normalise("x", "n", Mean255, Std255), Bytes, "mean 123.675, 116.28, 103.53 and deviation 58.395, 57.12, 57.375"),
        ["BatchNormalization of 0..1"] = (() => Nchw().Normalise("x", "n", Mean, Std), Unit, "BatchNormalization 'batchnormalization/n'"),
        ["Div 255, BatchNormalization"] = (() => Nchw().Scale("Div", "x", "d", 255).Normalise("d", "n", Mean, Std), Bytes, "Div 'div/d', BatchNormalization"),
        ["BatchNormalization of -1..1"] = (() => Nchw().Normalise("x", "n", [-0.03, -0.09, -0.19], [0.53, 0.54, 0.56]), Signed, "BatchNormalization"),
        ["BatchNormalization of normalised pixels"] = (() => Nchw().Normalise("x", "n", [0.01, -0.02, 0.04], [1.05, 1.02, 0.98]), ImageNet, "BatchNormalization"),
        ["mean of ImageNet on 0..1"] = (() => Nchw().Channels("Sub", "x", "n", Mean), Unit, "Sub 'sub/n'"),
        ["mean and std of ImageNet on 0..1"] = (() => Nchw().Channels("Sub", "x", "m", Mean).Channels("Div", "m", "n", Std), Unit, "Sub 'sub/m', Div 'div/n'"),
        ["mean and std of CIFAR on 0..1"] = (() => Nchw().Channels("Sub", "x", "m", [0.4914, 0.4822, 0.4465]).Channels("Div", "m", "n", [0.2023, 0.1994, 0.2010]), Unit, "Sub"),
        ["mean and std of CIFAR on 0..255"] = (() => Nchw().Channels("Sub", "x", "m", [125.3, 123.0, 113.9]).Channels("Div", "m", "n", [63.0, 62.1, 66.7]), Bytes, "Sub"),
        ["Mul 2, Sub 1"] = (() => Nchw().Scale("Mul", "x", "m", 2).Scale("Sub", "m", "n", 1), Unit, "Mul 'mul/m', Sub 'sub/n'"),
        ["Sub 0.5, Div 0.5"] = (() => Nchw().Scale("Sub", "x", "m", 0.5).Scale("Div", "m", "n", 0.5), Unit, "Sub"),
        ["back to 0..255 from 0..1"] = (() => Nchw().Scale("Mul", "x", "n", 255), Unit, "Mul"),
        ["back to 0..255, less means"] = (() => Nchw().Scale("Mul", "x", "m", 255).Channels("Sub", "m", "n", Mean255), Unit, "Mul"),
        ["back to 0..1 from -1..1"] = (() => Nchw().Scale("Mul", "x", "m", 0.5).Scale("Add", "m", "n", 0.5), Signed, "Mul"),
        ["back to 0..255 from -1..1"] = (() => Nchw().Scale("Add", "x", "m", 1).Scale("Mul", "m", "n", 127.5), Signed, "Add"),
        ["torchvision's transform_input"] = (() => Each(Gathered(Nchw()), [.. Mean.Select((m, c) => (0.5 - m) / Std[c])], [.. Std.Select(s => 0.5 / s)]), ImageNet, "Sub 'sub/m0'"),
        ["a learned factor behind"] = (() => Nchw().Scale("Div", "x", "d", 255).Channels("Mul", "d", "n", [7, 0.3, -2]), Bytes, "Div 'div/d'"),
        ["grey from colours"] = (() => Nchw().Scale("Div", "x", "d", 255).Node("Split", "d", "r g b", Of("axis", 1L), Of("num_outputs", 3L)).Scale("Mul", "r", "r1", 0.299).Scale("Mul", "g", "g1", 0.587).Scale("Mul", "b", "b1", 0.114).Node("Add", "r1 g1", "rg").Node("Add", "rg b1", "n"), Bytes, "Div 'div/d'"),
        ["two branches of one scaled image"] = (() => Nchw().Scale("Div", "x", "n", 255).Convolve("n", 2, 3, "side"), Bytes, "Div 'div/n'"),
        ["quantised behind"] = (() => Nchw().Scale("Div", "x", "d", 255).Weight("s", Tensor.Of([], 1 / 255.0)).Weight("z", Tensor.Of([], 0), DataType.Uint8).Node("QuantizeLinear", "d s z", "q").Node("DequantizeLinear", "q s z", "n"), Bytes, "Div 'div/d'"),
        ["half precision"] = (() => Nchw(DataType.Float16).Weight("k", Tensor.Of([], 127.5), DataType.Float16).Weight("o", Tensor.Of([], 1), DataType.Float16).Node("Div", "x k", "m").Node("Sub", "m o", "n"), Bytes, "Div 'div/m', Sub 'sub/n'"),
    };

    // csharpier-ignore
    private static readonly Dictionary<string, (Func<TinyGraph> Build, string Reason)> Open = new()
    {
        ["no node"] = (() => Nchw().Convolve("x", 3, 3, "n", 1), "nothing in the graph says how pixels were scaled"),
        ["the image itself is read, too"] = (() => Nchw().Scale("Div", "x", "d", 255).Convolve("x", 3, 3, "c", 1).Node("Add", "c d", "n"), "nothing in the graph says"),
        ["a factor that fits nothing"] = (() => Nchw().Scale("Mul", "x", "n", 3.7), "Mul 'mul/n' at the start of the graph do not tell"),
        ["factors that were learned"] = (() => Nchw().Channels("Mul", "x", "m", [1.3, -0.2, 0.7]).Channels("Add", "m", "n", [0.1, 3, -1]), "Mul 'mul/m', Add 'add/n' at the start"),
        ["an untrained normalisation"] = (() => Nchw().Normalise("x", "n", [0, 0, 0], [1, 1, 1]), "BatchNormalization 'batchnormalization/n' at the start of the graph do not tell"),
    };

    public static TheoryData<string> Told => [.. Forms.Keys];

    public static TheoryData<string> Untold => [.. Open.Keys];

    [Theory, MemberData(nameof(Told))]
    public void PixelsAreScaledOnceWhateverTheGraphDoes(string form)
    {
        var (build, convention, nodes) = Forms[form];
        using var model = Classified(build()).Load();
        var guess = model.Description.Guesses.Single(g => g.What == "input.mean");

        Assert.Equal(convention, guess.Value);
        Assert.Contains(nodes, guess.Reason);
        var levels = Preprocessor.Prepare(Grey(200), model.Description.Input).Tensor;
        var expected = Enumerable
            .Range(0, 3)
            .Select(c =>
                convention switch
                {
                    Bytes => 200,
                    Unit => 200 / 255.0,
                    Signed => 200 / 127.5 - 1,
                    _ => (200 / 255.0 - Mean[c]) / Std[c],
                }
            );
        var planar = model.Description.Input.Layout == TensorLayout.Nchw;
        Near.Absolute(
            [.. expected.Select(e => (float)e)],
            [.. Enumerable.Range(0, 3).Select(c => levels[planar ? c * 30 : c])],
            1e-5,
            form
        );
    }

    [Theory, MemberData(nameof(Untold))]
    public void WhatTheGraphDoesNotTellStaysOpenAndIsSaidSo(string form)
    {
        var (build, reason) = Open[form];
        using var model = Classified(build()).Load();
        var guess = model.Description.Guesses.Single(g => g.What == "input.mean");

        Assert.Equal(Unit, guess.Value);
        Assert.StartsWith(reason, guess.Reason);
        Assert.EndsWith("set scale, mean and std in model.json if it was trained otherwise", guess.Reason);
    }

    [Theory]
    [InlineData("means of Caffe", "bgr")]
    [InlineData("flipped to BGR, then means of Caffe", "rgb")]
    [InlineData("Sub mean of 255, Div std of 255", "rgb")]
    [InlineData("mean of ImageNet on 0..1", "rgb")]
    public void MeansOfImageNetTellTheOrderOfTheChannels(string form, string order)
    {
        using var model = Classified(Forms[form].Build()).Load();
        var guess = model.Description.Guesses.Single(g => g.What == "input.color");

        Assert.Equal((order, "the means that the graph subtracts are those of ImageNet in that order"), (guess.Value, guess.Reason));
        Assert.Equal(order, model.Description.Input.Color.ToString().ToLowerInvariant());
    }

    [Theory]
    [InlineData("""{ "input": { "scale": 0.5 } }""", 0.5f, 0, 1)]
    [InlineData("""{ "input": { "mean": [1, 1, 1] } }""", 1 / 255f, 1, 1)]
    [InlineData("""{ "input": { "std": [2, 2, 2] } }""", 1 / 255f, 0, 2)]
    public void WhatTheDescriptionSaysWins(string json, float scale, float mean, float std)
    {
        using var model = Classified(Forms["Div 255"].Build()).Load(json);
        var input = model.Description.Input;

        Assert.Equal((scale, mean, std), (input.Scale, input.Mean[0], input.Std[0]));
        Assert.DoesNotContain(model.Description.Guesses, g => g.What == "input.mean");
    }

    [Theory]
    [InlineData("model", new[] { 1.3000, -0.9782, -0.6870, -0.0697 })]
    [InlineData("pre_div255", new[] { 0.2809, -0.7350, 1.5141, -1.5214 })]
    public void TheScoresOfAnImageAreThoseOfTheRuntimeOnItsPixels(string file, double[] scores)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        using var model = Tiny.LoadFile(SharedData.Path("cases", "models", "ingraph-scaling", $"{file}.onnx"));
        var image = Tiny.Images.Decode(File.ReadAllBytes(SharedData.Path("cases", "models", "ingraph-scaling", "p32.png")));
        var input = ImageInput.Of(model.View, Preprocessor.Prepare(image, model.Description.Input));

        Near.Absolute([.. scores.Select(s => (float)s)], model.View.Explain(input).Logits.Values, 6e-5, file);
    }

    private static TinyGraph Nchw(DataType real = DataType.Float) => new TinyGraph(real).Input("x", Tensor.Spread([1, 3, 6, 5], 0, 255, 1));

    private static TinyGraph Nhwc() => new TinyGraph().Input("x", Tensor.Spread([1, 6, 5, 3], 0, 255, 1));

    private static TinyGraph Gathered(TinyGraph g)
    {
        foreach (var c in Enumerable.Range(0, 3))
        {
            g.Ints($"i{c}", [], [c])
                .Ints($"a{c}", 1)
                .Node("Gather", $"x i{c}", $"g{c}", Of("axis", 1L))
                .Node("Unsqueeze", $"g{c} a{c}", $"x{c}");
        }

        return g;
    }

    private static TinyGraph Each(TinyGraph g, double[] means, double[] stds)
    {
        foreach (var c in Enumerable.Range(0, 3))
            g.Scale("Sub", $"x{c}", $"m{c}", means[c]).Scale("Div", $"m{c}", $"n{c}", stds[c]);
        return g.Node("Concat", "n0 n1 n2", "n", Of("axis", 1L));
    }

    // A convolution, whatever the number of channels, and two classes.
    private static TinyGraph Classified(TinyGraph g)
    {
        var channels = g.Build() is var graph && graph.Producer("n") is { OpType: "Add" } last && last.Input[0] == "rg" ? 1 : 3;
        return g.Weight("conv.w", Tensor.Normal([4, channels, 3, 3], 7), g.Real)
            .Node("Conv", "n conv.w", "conv")
            .Node("Relu", "conv", "layer")
            .Node("GlobalAveragePool", "layer", "pooled")
            .Node("Flatten", "pooled", "flat")
            .Weight("weights", Tensor.Normal([4, 2], 8), g.Real)
            .Node("MatMul", "flat weights", "scores")
            .Output("scores");
    }

    private static RgbImage Grey(byte level) => new(5, 6, [.. Enumerable.Repeat(level, 90)]);
}

/// <summary>Nodes that scale.</summary>
internal static class ScalingNodes
{
    /// <summary>A node with one number.</summary>
    public static TinyGraph Scale(this TinyGraph g, string op, string x, string y, double number) =>
        g.Weight($"{y}.k", Tensor.Of([], number)).Node(op, $"{x} {y}.k", y);

    /// <summary>A node with one number a channel, channels first.</summary>
    public static TinyGraph Channels(this TinyGraph g, string op, string x, string y, double[] numbers) =>
        g.Weight($"{y}.k", Tensor.Of([1, 3, 1, 1], numbers)).Node(op, $"{x} {y}.k", y);

    /// <summary>A node with one number a channel, channels last.</summary>
    public static TinyGraph Last(this TinyGraph g, string op, string x, string y, double[] numbers) =>
        g.Weight($"{y}.k", Tensor.Of([3], numbers)).Node(op, $"{x} {y}.k", y);

    /// <summary>Channels first, as "n".</summary>
    public static TinyGraph ToNchw(this TinyGraph g, string x) => g.Node("Transpose", x, "n", Of("perm", [0L, 3, 1, 2]));

    /// <summary>A normalisation with learned factors behind it.</summary>
    public static TinyGraph Normalise(this TinyGraph g, string x, string y, double[] means, double[] deviations) =>
        g.Weight($"{y}.g", Tensor.Of([3], 0.3, 1.7, 0.9))
            .Weight($"{y}.b", Tensor.Of([3], 0.2, -0.4, 0.1))
            .Weight($"{y}.m", Tensor.Of([3], means))
            .Weight($"{y}.v", Tensor.Of([3], [.. deviations.Select(d => d * d)]))
            .Node("BatchNormalization", $"{x} {y}.g {y}.b {y}.m {y}.v", y, Of("epsilon", 1e-7f));
}
