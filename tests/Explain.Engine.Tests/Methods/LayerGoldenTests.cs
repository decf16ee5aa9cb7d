using System.Text.Json;
using Explain.Engine.Models;

namespace Explain.Engine.Tests.Methods;

/// <summary>Maps of layers that pytorch-grad-cam and torch-cam computed for the golden net.</summary>
public sealed class LayerGoldenTests : IDisposable
{
    private static readonly Dictionary<string, ExplainParameters> Cases = new()
    {
        ["pgc/GradCAM"] = Pytorch("gradcam"),
        ["pgc/HiResCAM"] = Pytorch("hirescam"),
        ["pgc/GradCAMElementWise"] = Pytorch("gradcam-elementwise"),
        ["pgc/GradCAMPlusPlus"] = Pytorch("gradcam++"),
        ["pgc/XGradCAM"] = Pytorch("xgradcam"),
        ["pgc/LayerCAM"] = Pytorch("layercam"),
        ["pgc/EigenCAM"] = Pytorch("eigencam"),
        ["pgc/EigenGradCAM"] = Pytorch("eigengradcam"),
        ["pgc/SegEigenCAM"] = Pytorch("segeigencam"),
        ["pgc/FEM"] = Pytorch("fem"),
        ["pgc/KPCA_CAM"] = Pytorch("kpcacam"),
        ["pgc/GradCAM eigen_smooth"] = Pytorch("gradcam") with { Smooth = Smoothing.Eigen },
        ["pgc/GradCAM 2 layers feat+act"] = Pytorch("gradcam") with { Layer = "feat,act" },
        ["pgc/LayerCAM 2 layers feat+act"] = Pytorch("layercam") with { Layer = "feat,act" },
        ["pgc/RefineCAM(GradCAM++) feat,act"] = Pytorch("refinecam") with { Layer = "feat,act" },
        ["pgc/FinerCAM auto comp_ranks[1,2] alpha1"] = Pytorch("finercam"),
        ["pgc/GradCAM ClassifierOutputSoftmaxTarget"] = Pytorch("gradcam") with { Score = "probability" },
        ["pgc/ShapleyCAM"] = Pytorch("shapleycam"),
        ["pgc/ShapleyCAM ClassifierOutputSoftmaxTarget"] = Pytorch("shapleycam") with { Score = "probability" },
        ["pgc/GradCAM ClassifierOutputReST"] = Pytorch("gradcam") with { Score = "rest" },
        ["pgc/ShapleyCAM ClassifierOutputReST"] = Pytorch("shapleycam") with { Score = "rest" },
        ["torchcam/GradCAM"] = Torch("gradcam"),
        ["torchcam/GradCAMpp"] = Torch("gradcam++"),
        ["torchcam/XGradCAM"] = Torch("xgradcam"),
        ["torchcam/LayerCAM"] = Torch("layercam"),
        ["torchcam/FinerCAM gamma0.6 refs2"] = Torch("finercam"),
        ["torchcam/LayerCAM fuse feat,act"] = Torch("layercam") with { Layer = "feat,act" },
        ["torchcam/CAM(act,fc)"] = Torch("cam") with { Layer = "act" },
        ["captum/LayerGradCam feat no relu"] = new() { Method = "gradcam", Compat = Compat.Captum },
    };

    private static readonly string[] Halves = ["raw", "norm"];

    private readonly Model _model = GoldenNet.Load();

    public static TheoryData<string> Keys => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Keys))]
    public void MapsAreTheReferences(string key)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedData.Path("reference", "golden.json")));
        var asked = Cases[key];
        // The libraries' raw maps are those before their ReLU; ours are behind it unless both signs are asked for.
        var answer = Explain(asked);
        var both = Explain(asked with { Sign = Sign.Both });
        var compared = 0;
        foreach (var (name, value) in Parts(golden.RootElement, key))
        {
            var expected = Flat(value).ToArray();
            var found = name == "final" ? answer.Heatmap.Values : expected.Min() < 0 ? both.Map.Values : answer.Map.Values;
            if (name == "w") continue;
            Near.Absolute(expected, found, name == "final" ? 5e-6 : GoldenNet.Decimals, $"{key} {name}");
            compared++;
        }
        Assert.True(compared > 0, $"{key} holds no map");
    }

    public void Dispose() => _model.Dispose();

    private TensorAnswer Explain(ExplainParameters asked) =>
        TensorExplainer.Explain(_model, new TensorQuery(GoldenNet.Graph.Picture(), asked) { RowTargets = [0] }, Tiny.Pictures, TestContext.Current.CancellationToken);

    private static ExplainParameters Pytorch(string method) => new() { Method = method, Compat = Compat.PytorchGradCam };

    private static ExplainParameters Torch(string method) => new() { Method = method, Compat = Compat.TorchCam };

    // An entry is an object with raw and final maps, a map alone, or two entries, one with each.
    private static IEnumerable<(string Name, JsonElement Value)> Parts(JsonElement golden, string key)
    {
        if (golden.TryGetProperty(key, out var entry))
        {
            if (entry.ValueKind != JsonValueKind.Object) return [(key.StartsWith("pgc/", StringComparison.Ordinal) ? "final" : "raw", entry)];
            // With several layers the file's weights and raw map are those of the first one.
            return entry.EnumerateObject().Where(p => !key.Contains("layers", StringComparison.Ordinal) || p.Name == "final").Select(p => (p.Name, p.Value)).ToArray();
        }
        return Halves.Where(part => golden.TryGetProperty($"{key} {part}", out _))
            .Select(part => (part == "norm" ? "final" : part, golden.GetProperty($"{key} {part}"))).ToArray();
    }

    private static IEnumerable<float> Flat(JsonElement e) => e.ValueKind == JsonValueKind.Array ? e.EnumerateArray().SelectMany(Flat) : [e.GetSingle()];
}
