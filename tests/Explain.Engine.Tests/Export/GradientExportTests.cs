using Explain.Autodiff.Export;
using Explain.Engine.Export;
using Explain.Engine.Vocabulary;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Tests.Export;

/// <summary>Files with a model's derivative, as ONNX Runtime runs them.</summary>
public sealed class GradientExportTests : IDisposable
{
    private const double Tolerance = 1e-4;
    private const double TransformerTolerance = 1e-3;

    // Its output are probabilities; its logits are maps of one pixel behind a pooling.
    private const string ProbabilitiesOnly = "squeezenet1.1";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("explain-gradient-");

    [Fact]
    public void TheGradientIsThatOfFiniteDifferencesAtEveryOptimisationLevel()
    {
        var net = TinyNets.PolicyAndValue();
        var written = Write(net.ToBytes(), "policy", "state");
        var cotangent = Tensor.Normal([2, 4], 3);
        using var forward = new Runtime(net.Build());
        double Score(int i, double by) =>
            forward.Run(new Dictionary<string, Tensor>(net.Feeds) { ["state"] = net.Feeds["state"].Moved(i, by) })["policy"].Dot(cotangent);
        var expected = net.Feeds["state"] with
        {
            Values = [.. net.Feeds["state"].Values.Select((_, i) => (Score(i, 1e-2) - Score(i, -1e-2)) / 2e-2)],
        };
        foreach (var level in Enum.GetValues<GraphOptimizationLevel>())
        {
            var run = ExportedFile.Run(written, new Dictionary<string, Tensor>(net.Feeds) { [GradientModel.Cotangent] = cotangent }, level);
            Assert.Equal(["policy", "value", "reward", GradientModel.Gradient], run.Keys);
            Assert.InRange(run[GradientModel.Gradient].DistanceTo(expected), 0, 1e-4);
        }
    }

    public static TheoryData<string> Cases =>
        OracleCase.All.Count == 0 ? ["none"] : [.. OracleCase.All.Where(c => c.Has("gradients.npy")).Select(c => c.ToString()).Distinct()];

    [Theory, MemberData(nameof(Cases))]
    public void TheGradientOfAReferenceCaseIsTheReference(string name)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var c = OracleCase.All.First(o => o.ToString() == name);
        var (logits, shape) = ("logits", Array(c, "logits.npy").Shape);
        if (Path.GetFileName(Path.GetDirectoryName(c.ModelFile)) == ProbabilitiesOnly)
            (logits, shape) = ("pool10_1", [.. shape, 1, 1]);
        var written = Write(File.ReadAllBytes(c.ModelFile), logits, c.TargetValue);
        var input = Array(c, "input.npy");
        using var session = new InferenceSession(written);
        var image = session.InputNames.First(i => i != "question" && i != GradientModel.Cotangent);
        var feeds = new Dictionary<string, Tensor> { [image] = input };
        if (c.Has("question.npy"))
            feeds["question"] = Array(c, "question.npy");
        feeds[GradientModel.Cotangent] = Cotangent(c, shape);
        var run = ExportedFile.Run(written, feeds, GraphOptimizationLevel.ORT_ENABLE_ALL);
        var expected = Array(c, c.Has("gradients_onnx.npy") ? "gradients_onnx.npy" : "gradients.npy");
        var error = OracleMaps.Distance(expected.Floats, run[GradientModel.Gradient].Floats);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: relative L2 {error:E1}");
        Assert.InRange(error, 0, c.Layout == "NCHW" ? Tolerance : TransformerTolerance);
    }

    [Fact]
    public void AnUnknownTensorIsAnErrorThatNamesTheOutputs()
    {
        var e = Assert.Throws<ExplainException>(() => Write(TinyNets.Embedding().ToBytes(), "logits", "x"));
        Assert.Contains("'logits'; its outputs are scores, embedding", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingRuleIsNamedWithItsNodeAndWhatStillWorks()
    {
        var net = new TinyGraph()
            .Input("x", 1, 4)
            .Node("Relu", "x", "a")
            .Node("ai.onnx.ml.Normalizer", "a", "b")
            .Node("Tanh", "b", "y")
            .Output("y");
        var e = Assert.Throws<ExplainException>(() => Write(net.ToBytes(), "y", "x"));
        Assert.Contains(
            "ai.onnx.ml.Normalizer (node 'ai.onnx.ml.normalizer/b'); what works is the gradient with respect to 'b'",
            e.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void WhereTheModelHasTheNamesTheAddedOnesAreNumbered()
    {
        var net = new TinyGraph().Input("x", 1, 4).Node("Relu", "x", "gradient").Node("Tanh", "gradient", "cotangent").Output("cotangent");
        var written = Write(net.ToBytes(), "cotangent", "x");
        var feeds = new Dictionary<string, Tensor>(net.Feeds) { ["cotangent_2"] = Tensor.Of([1, 4], 1, 1, 1, 1) };
        var run = ExportedFile.Run(written, feeds, Microsoft.ML.OnnxRuntime.GraphOptimizationLevel.ORT_ENABLE_ALL);
        var x = net.Feeds["x"];
        var expected = x with { Values = [.. x.Values.Select(v => v > 0 ? 1 - Math.Pow(Math.Tanh(v), 2) : 0)] };
        Assert.InRange(run["gradient_2"].DistanceTo(expected), 0, 1e-6);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(byte[] model, string of, string by)
    {
        var (from, to) = (Path.Combine(_folder.FullName, "in.onnx"), Path.Combine(_folder.FullName, "out.onnx"));
        File.WriteAllBytes(from, model);
        GradientExport.Write(from, of, by, to);
        return to;
    }

    private static Tensor Array(OracleCase c, string file)
    {
        var (shape, values) = c.Array(file);
        return Tensor.Of(shape, Array64(values));
    }

    private static double[] Array64(float[] values) => System.Array.ConvertAll(values, v => (double)v);

    // Logits are one a class, or one a class and place; then the mask says which places count.
    private static Tensor Cotangent(OracleCase c, long[] shape)
    {
        var values = new double[shape.Aggregate(1L, (a, b) => a * b)];
        var places = (int)shape.Skip(2).Aggregate(1L, (a, b) => a * b);
        var mask = c.Has("mask.npy") ? c.Array("mask.npy").Values : null;
        for (var n = 0; n < c.Classes.Length; n++)
        {
            for (var p = 0; p < places; p++)
                values[(n * shape[1] + c.Classes[n]) * places + p] = mask?[n * places + p] ?? 1;
        }

        return Tensor.Of(shape, values);
    }
}
