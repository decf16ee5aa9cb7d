using Explain.Autodiff.Onnx;
using Explain.Engine.Images;
using Explain.Engine.Models;
using Explain.Engine.Vocabulary;
using static Explain.Engine.Tests.Models.Cases;
using Tensor = Explain.Testing.Tensor;

namespace Explain.Engine.Tests.Models;

/// <summary>Stored models that were once refused or answered wrongly, against ONNX Runtime on the files as they stand.</summary>
public sealed class CasesTests(ITestOutputHelper output)
{
    private const string Hidden = "control-flow-hides-layers/model";
    private const string OldBodies = "control-flow-hides-layers/opset13_reducemax_in_if";

    [Theory]
    [InlineData("eigencam")]
    [InlineData("activationmap")]
    [InlineData("scorecam")]
    [InlineData("ablationcam")]
    [InlineData("gradcam")]
    [InlineData("saliency")]
    public void AnIfOnAConstantIsItsBranch(string method)
    {
        using var hidden = Load(Hidden);
        var graph = Read(Hidden);
        var flow = graph.Nodes.Single(n => n.OpType == "If");
        var taken = flow.Attribute.Single(a => a.Name == "else_branch").G;
        var at = graph.Proto.Node.IndexOf(flow);
        graph.Proto.Node.RemoveAt(at);
        var last = new NodeProto
        {
            OpType = "Identity",
            Input = { taken.Output[0].Name },
            Output = { flow.Output },
        };
        foreach (var node in taken.Node.Append(last))
            graph.Proto.Node.Insert(at++, node);
        using var plain = Tiny.LoadAndTry(graph.ToBytes());

        var (expected, answer) = (plain.Explain(method), hidden.Explain(method));

        Assert.Contains("r2", hidden.Description.Layers.Select(l => l.Name));
        Assert.Equal(expected.Layer, answer.Layer);
        Assert.Contains(expected.Map.Values, v => v != 0);
        Near.Relative(expected.Map.Values, answer.Map.Values, 1e-6, method);
    }

    [Theory]
    [InlineData("occlusion")]
    [InlineData("gradcam")]
    public void AnIfOnTheImageIsExplained(string method)
    {
        using var loaded = Load(OldBodies);

        Assert.Contains(loaded.Explain(method).Map.Values, v => v != 0);
    }

    [Theory]
    [InlineData("ablationcam")]
    [InlineData("reciprocam")]
    public void WhereAnIfLeadsAroundTheLayerTheReasonIsGiven(string method)
    {
        using var loaded = Load(OldBodies);

        var e = Assert.Throws<ExplainException>(() => loaded.Explain(method));

        Assert.Equal(ExplainError.MethodNotSupported, e.Error);
        Assert.Contains("the score depends on the input by ways around 'r2'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Hidden)]
    [InlineData(OldBodies)]
    [InlineData("baked-batch-named-dynamic/model")]
    [InlineData("null-reference-scalar-arith/model")]
    [InlineData("generated-node-name-collision/exported-explained")]
    [InlineData("tensor-named-input/model")]
    public void ScoresAreThoseOfTheRuntimeAndTheGradientIsThatOfDifferences(string file)
    {
        using var loaded = Load(file);
        var image = Image(loaded);

        Near.Relative(Run(file, image), loaded.Explain("saliency", image.ToEngine()).Logits.Values, 1e-5, file);
        InputDifferences.Check(loaded.View, image.ToEngine(), file, output);
    }

    [Fact]
    public void AFunctionMeansWhatItsOwnOpsetSays()
    {
        const string File = "function-own-opset/model";
        using var loaded = Load(File);
        // ONNX Runtime takes its Softmax for one of the model's opset, against the specification; the other nodes mean the same in both.
        var graph = Read(File);
        graph.Model.OpsetImport.Single(o => o.Domain.Length == 0).Version = 11;
        var expected = Runtime.Run(graph, new Dictionary<string, Tensor> { ["image"] = Image() })["logits"].Floats;

        Near.Relative(expected, loaded.Explain("saliency").Logits.Values, 1e-5, File);
        InputDifferences.Check(loaded.View, Image().ToEngine(), File, output);
        Assert.Equal("opset 11", loaded.Description.Guesses.Single(g => g.What == "functions").Value);
    }

    [Fact]
    public void GradientsAtTheImageOfAModelWithGeneratedNamesAreThoseOfDifferences()
    {
        const string File = "generated-node-name-collision/model";
        const string Scores = "p2o.Add.277";
        using var loaded = Load(File);
        var image = Tensor.Spread([1, 480, 3, 24], -1, 1, 3);

        var answer = loaded.Explain("gradcam", image.ToEngine(), $$"""{"output":"{{Scores}}","index":[0,3]}""", "input");

        Assert.Equal(image.Shape, answer.Gradients!.Shape);
        var gradient = new Tensor(image.Shape, Array.ConvertAll(answer.Gradients.Values, v => (double)v));
        var step = 1e-2 / Math.Sqrt(gradient.Dot(gradient));
        double At(double by) => Run(File, image with { Values = [.. image.Values.Zip(gradient.Values, (v, g) => v + by * g)] }, Scores)[3];
        Assert.Equal(1, (At(step) - At(-step)) / (2 * step) / gradient.Dot(gradient), 1e-2);
    }

    [Theory]
    [InlineData("model", "dets", 0, 1, "r2")]
    [InlineData("model", "dets", 300, 1, "r3")]
    [InlineData("yolo8", "logits", 5, 70, "/d/d.2/Mul_output_0")]
    [InlineData("yolo8", "logits", 5, 82, "/d2/d2.2/Mul_output_0")]
    public void ABoxIsExplainedAtAFeatureMapThatItDependsOn(string file, string tensor, int row, int column, string layer)
    {
        using var loaded = Load($"multiscale-default-layer/{file}");

        var answer = loaded.Explain("gradcam", Image(loaded).ToEngine(), $$"""{"output":"{{tensor}}","index":[{{row}},{{column}}]}""");

        Assert.Equal(layer, answer.Layer);
        Assert.Contains(answer.Map.Values, v => v != 0);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{ "output": { "name": "logits" } }""")]
    public void TheScoresBehindAnArgMaxAreExplained(string? json)
    {
        const string File = "no-float-output-argmax/model";
        using var loaded = Tiny.Load(Read(File).ToBytes(), json);
        var scores = Run(File, Image(), "logits");

        var answer = loaded.Explain("gradcam", Image().ToEngine(), "predicted");

        Assert.Equal("logits", loaded.Description.Logit);
        Near.Relative(scores, answer.Logits.Values, 1e-5, "logits");
        Assert.Equal(Array.IndexOf(scores, scores.Max()), Assert.Single(answer.Classes));
        InputDifferences.Check(loaded.View, Image().ToEngine(), File, output);
    }

    [Fact]
    public void APercentageIsAProbability()
    {
        const string File = "scaled-softmax-percent/model";
        using var loaded = Load(File);
        var image = Tiny.Images.Decode(System.IO.File.ReadAllBytes(SharedData.Path("cases", "models", "ingraph-scaling", "p32.png")));
        var input = ImageInput.Of(loaded.View, Preprocessor.Prepare(image, loaded.Description.Input));

        var scores = loaded.Explain("gradcam", input, "predicted").Logits.Values;

        Near.Absolute([0.112f, 0.120f, 0.371f, 0.397f], loaded.Description.Probabilities(scores), 5e-4, "probabilities");
        Assert.Equal("logits", loaded.Description.Logit);
    }

    [Theory]
    [InlineData("input", "input", true)]
    [InlineData(":input", "actual_input", false)]
    [InlineData("actual_input", "actual_input", false)]
    public void ATensorCalledInputIsNotTheImage(string asked, string layer, bool said)
    {
        using var loaded = Load("tensor-named-input/model");

        var answer = loaded.Explain("gradcam", Image(loaded).ToEngine(), "1", asked);

        Assert.Equal(layer, answer.Layer);
        Assert.Equal(said, answer.Diagnostics[0].Any(d => d.Code == "layer-ambiguous"));
    }
}
