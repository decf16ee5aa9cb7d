using System.Numerics.Tensors;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Vocabulary;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;
using Tensor = Explain.Testing.Tensor;

namespace Explain.Engine.Tests.Models;

/// <summary>Quantised models, tiny and real, are explained nearly as the same models on real numbers.</summary>
public sealed class QuantizedModelTests(ITestOutputHelper output)
{
    // csharpier-ignore
    public static TheoryData<string, string> Siblings => new()
    {
        { "mobilenet-edgetpu-qdq", "mobilenet-edgetpu" },
        { "mobilenetv1-025-qdq", "mobilenetv1-025-nhwc" },
        { "mobilenetv2-torchvision-qdq", "mobilenetv2-torchvision" },
        { "mobilenetv2-int8-qlinear", "mobilenetv2-torchvision" },
    };

    // csharpier-ignore
    public static TheoryData<string, string> Quantised => new()
    {
        { "mobilenet-edgetpu-qdq", "kitten_224.png" },
        { "mobilenetv1-025-qdq", "kitten_224.png" },
        { "mobilenetv2-torchvision-qdq", "dogs.png" },
        { "mobilenetv2-int8-qlinear", "dogs.png" },
        { "mobilenetv2-tf-qdq", "kitten_224.png" },
        { "vww-person-int8", "kimono.jpg" },
    };

    [Theory, MemberData(nameof(Quantised))]
    public void ThePredictionIsThatOfTheUntouchedFile(string name, string image)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var explained = RealMaps.Explain(RealMaps.Folder(name), image);
        var untouched = RealMaps.Untouched(RealMaps.Folder(name), explained.Input);
        Assert.Equal(TensorPrimitives.IndexOfMax<float>(untouched), explained.Class);
    }

    [Theory, MemberData(nameof(Quantised))]
    public void TheMapIsNearlyThatOfTheSameWeightsOnRealNumbers(string name, string image)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var folder = Directory.CreateTempSubdirectory("explain-real");
        try
        {
            foreach (var file in new[] { "model.json", "labels.txt" })
                File.Copy(Path.Combine(RealMaps.Folder(name), file), Path.Combine(folder.FullName, file));
            File.WriteAllBytes(
                Path.Combine(folder.FullName, "model.onnx"),
                OnRealNumbers(Path.Combine(RealMaps.Folder(name), "model.onnx")).ToBytes()
            );
            var explained = RealMaps.Explain(RealMaps.Folder(name), image);
            var real = RealMaps.Explain(folder.FullName, image, $"{explained.Class}");
            var cosine = explained.CosineTo(real);
            output.WriteLine($"{name} of {image}, class {explained.Class} ({real.Class} on real numbers): cosine {cosine:F4}");
            Assert.InRange(cosine, 0.99, 1.000001);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory, MemberData(nameof(Siblings))]
    public void TheMapPointsWhereThatOfTheFloatSiblingDoes(string quantised, string single)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var (a, b) = (
            RealMaps.Explain(RealMaps.Folder(quantised), "kitten_224.png"),
            RealMaps.Explain(RealMaps.Folder(single), "kitten_224.png")
        );
        output.WriteLine($"{quantised} and {single}: cosine {a.CosineTo(b):F4}, classes {a.Class} and {b.Class}");
        Assert.Equal(b.Class, a.Class);
        Assert.InRange(a.CosineTo(b), 0.98, 1.000001);
    }

    [Fact]
    public void TheOperatorsTakenApartComputeWhatTheyDidWithinAStep()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var folder = RealMaps.Folder("mobilenetv2-int8-qlinear");
        var explained = RealMaps.Explain(folder, "dogs.png");
        var untouched = RealMaps.Untouched(folder, explained.Input);
        // The last quantisation of the file; steps before it may have been rounded the other way and add to it.
        var graph = Graph.Parse(File.ReadAllBytes(Path.Combine(folder, "model.onnx")));
        var step = Tensors.ReadFloats(graph.Constant(graph.Producer(graph.Outputs.Single())!.Input[1]))!.Single();
        var differences = untouched.Zip(explained.Logits.Values, (a, b) => Math.Abs(a - b) / step).ToArray();
        output.WriteLine($"step {step:G4}; differences in steps: at most {differences.Max():F2}, on average {differences.Average():F3}");
        Assert.InRange(differences.Average(), 0, 1);
    }

    [Theory, InlineData(DataType.Int8), InlineData(DataType.Uint8)]
    public void TheTargetLayerIsTheRealTensorBehindTheLastQuantisation(DataType element)
    {
        var net = Tail(Features(element));
        using var loadedModel = net.Load();
        var model = loadedModel.View;
        Assert.Equal("l.d", model.Description.Layer);
        Assert.Contains("4 maps of 5×6 from Relu", model.Description.Guesses.Single(g => g.What == "layer").Reason);
        Assert.Empty(model.Description.MissingGradients);
        Assert.All(MethodSupportTable.For(model).Where(m => !m.Supported), m => Assert.Equal("rest", m.Method));
    }

    [Fact]
    public void PoolsBetweenQuantisationsAreNoLayers()
    {
        var net = Tail(
            Quantise(Features(DataType.Uint8).Node("MaxPool", "l.d", "p", Of("kernel_shape", [2, 2])), "p", DataType.Uint8),
            "p.d"
        );
        using var loadedModel = net.Load();
        var model = loadedModel.View;
        Assert.Equal("l.d", model.Description.Layer);
    }

    [
        Theory,
        InlineData("gradcam"),
        InlineData("cam"),
        InlineData("hirescam"),
        InlineData("layercam"),
        InlineData("gradcam++"),
        InlineData("saliency"),
        InlineData("inputxgradient"),
        InlineData("lrp-epsilon"),
        InlineData("fullgrad")
    ]
    public void ATinyQuantisedNetHasNearlyTheMapOfItsTwin(string method)
    {
        using var loadedQuantised = Tail(Features(DataType.Uint8)).Load();
        var quantised = loadedQuantised.View;
        var twin = Tiny.Features().PoolAndClassify();
        using var loadedReal = twin.Output("scores").Load();
        var real = loadedReal.View;
        var (a, b) = (quantised.Explain(twin.Image(), method).Map, real.Explain(twin.Image(), method).Map);
        var cosine = TensorPrimitives.CosineSimilarity<float>(a.Values, b.Values);
        output.WriteLine($"{method}: cosine {cosine:F4}");
        Assert.InRange(cosine, 0.98, 1.000001);
    }

    [Fact]
    public void TheLogitIsFoundBeforeASoftmaxThatIsQuantised()
    {
        var net = Tail(Features(DataType.Uint8), scores: "z").Node("Softmax", "z", "p");
        using var loadedModel = Quantise(net, "p", DataType.Uint8, 1.0 / 256).Output("p.d").Load();
        var model = loadedModel.View;
        Assert.Equal(("z", "softmax"), (model.Description.Logit, model.Description.Activation));
    }

    [Theory, InlineData(DataType.Uint8), InlineData(DataType.Int8)]
    public void AModelOfIntegersFromEndToEndTakesPixelsAndIsExplainedInRealNumbers(DataType element)
    {
        var zero = element == DataType.Uint8 ? 0 : -128;
        var image = new Tensor([1, 3, 5, 6], [.. Enumerable.Range(0, 90).Select(k => (double)(zero + k * 83 % 256))]);
        var net = Tail(
            Chain(
                new TinyGraph()
                    .Input("x", image, element)
                    .Weight("x.s", Tensor.Of([], 1 / 255.0))
                    .Weight("x.z", Tensor.Of([], zero), element)
                    .Node("DequantizeLinear", "x x.s x.z", "x.d"),
                element
            ),
            scores: "z"
        );
        net = Quantise(net, "z", DataType.Int8, 0.1).Output("z.q");
        using var loadedModel = net.Load();
        var model = loadedModel.View;

        var input = model.Description.Input;
        Assert.Equal(element.ToString().ToUpperInvariant(), model.Description.Inputs.Single().DataType);
        Assert.Equal(1 / 255f, input.Scale, 1e-8);
        Assert.All(input.Mean, m => Assert.Equal(0, m, 1e-6));
        Assert.Contains(model.Description.Guesses, g => g.What == "input.mean" && g.Reason.Contains("quantised"));
        var real = new FloatTensor(image.Shape, [.. image.Values.Select(v => (float)((v - zero) / 255))]);
        var untouched = Runtime.Run(net.Build(), net.Feeds)["z.q"];
        var answer = model.Explain(real);
        Near.Absolute(
            [.. untouched.Values.Select(v => (float)((v - Middle(DataType.Int8)) * 0.1))],
            answer.Logits.Values,
            0.1001,
            "scores"
        );
        foreach (var method in new[] { "saliency", "integrated-gradients", "occlusion" })
            Assert.Contains(model.Explain(real, method).Map.Values, v => v != 0);
    }

    // The float twin is Tiny.Features(): the same seeds, so the same weights.
    private static TinyGraph Features(DataType element) =>
        Chain(Quantise(new TinyGraph(known: Known.AllButBatch).Input("x", 2, 3, 5, 6), "x", element, 4.2 / 255), element);

    private static TinyGraph Chain(TinyGraph g, DataType element) =>
        Quantise(g.Convolve("x.d", 4, 3, "c0").Node("Relu", "c0", "l"), "l", element, 0.1);

    private static TinyGraph Tail(TinyGraph g, string x = "l.d", string scores = "scores")
    {
        g = Quantise(g.Node("GlobalAveragePool", x, "pooled"), "pooled", DataType.Uint8, 0.04)
            .Node("Flatten", "pooled.d", "f")
            .Weight("w", 3, 4)
            .Weight("b", 3)
            .Node("Gemm", "f w b", scores, Of("transB", 1));
        return scores == "scores" ? g.Output(scores) : g;
    }

    private static double Middle(DataType element) => element == DataType.Int8 ? 0 : 128;

    // "v.d" holds the real numbers of "v" after they were quantised as "v.q".
    private static TinyGraph Quantise(TinyGraph g, string v, DataType element, double scale = 0.1) =>
        g.Weight($"{v}.s", Tensor.Of([], scale))
            .Weight(
                $"{v}.z",
                Tensor.Of(
                    [],
                    v == "l" || v == "pooled"
                        ? element == DataType.Int8
                            ? -128
                            : 0
                        : Middle(element)
                ),
                element
            )
            .Node("QuantizeLinear", $"{v} {v}.s {v}.z", $"{v}.q")
            .Node("DequantizeLinear", $"{v}.q {v}.s {v}.z", $"{v}.d");

    // The same weights and ranges without any rounding between the layers: a range that begins at 0 may stand for a ReLU.
    private static Graph OnRealNumbers(string file)
    {
        var graph = Graph.Parse(File.ReadAllBytes(file));
        Upgrade.ToFloor(graph);
        Runtime.DeclareTypes(graph);
        QuantizedOperators.Dequantize(graph);
        foreach (
            var pair in graph.Nodes.Where(n =>
                n.OpType == "DequantizeLinear"
                && graph.Producer(n.Input[0]) is { OpType: "QuantizeLinear" }
                && !graph.IsConstant(n.Input[0])
            )
        )
        {
            var quantise = graph.Producer(pair.Input[0])!;
            var (scale, zero) = (
                Tensors.ReadFloats(graph.Constant(quantise.Input[1]))!.Single(),
                Tensors.ReadInts(graph.Constant(quantise.Input[2]))!.Single()
            );
            var lowest = graph.Type(pair.Input[0])!.Element == DataType.Int8 ? -128 : 0;
            string[] bounds =
            [
                .. new[] { lowest, lowest + 255 }.Select(b => graph.Add(Tensors.Float([], [(float)((b - zero) * scale)])).Name),
            ];
            (pair.OpType, var real) = ("Clip", quantise.Input[0]);
            pair.Input.Clear();
            pair.Input.AddRange([real, .. bounds]);
        }
        graph.SetOutputs([.. graph.Outputs]);
        return graph;
    }
}
