using System.Text.Json;

namespace Explain.Testing;

/// <summary>An entry of <c>shared/reference/golden.json</c> that is a map, and the request that gives it.</summary>
/// <param name="Key">Name of the entry.</param>
/// <param name="Parameters">The request's parameters by their names in the API; class, net and input are those of the file.</param>
public sealed record GoldenCase(string Key, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>The explained class.</summary>
    public int Target => Key.EndsWith("class1", StringComparison.Ordinal) ? 1 : 0;
}

/// <summary>
/// The net of four nodes whose maps were computed with the reference libraries, and those maps. Their numbers have six decimals.
/// </summary>
public static class Golden
{
    /// <summary>Half a unit of the sixth decimal on both sides, and the rounding of a float.</summary>
    public const double Decimals = 2e-6;

    /// <summary>The same for heat maps, which are quotients of such numbers.</summary>
    public const double HeatmapDecimals = 5e-6;

    /// <summary>What <c>model.json</c> says of it; with three columns its layout would be taken for channels last.</summary>
    public const string Manifest = """{ "input": { "layout": "NCHW" }, "layer": "feat" }""";

    private static readonly string[] Halves = ["raw", "norm"];

    /// <summary>Input "x", identity convolution "feat", convolution "mid", ReLU "act", averages "pool", class scores "scores".</summary>
    public static TinyGraph Net { get; } =
        new TinyGraph()
            .Input("x", Tensor.Of([1, 2, 2, 3], 1, .5, 0, 2, 0, 1.5, 0, 1, .25, .75, 3, 0))
            .Weight("identity", Tensor.Of([2, 2, 1, 1], 1, 0, 0, 1))
            .Weight(
                "mid.w",
                Tensor.Of(
                    [3, 2, 2, 2],
                    .5,
                    -1,
                    .25,
                    .5,
                    1,
                    0,
                    -.5,
                    .75,
                    -.3,
                    .6,
                    .9,
                    -.2,
                    .4,
                    -.7,
                    .1,
                    .8,
                    .2,
                    .1,
                    -.4,
                    .3,
                    -.6,
                    .5,
                    .7,
                    -.1
                )
            )
            .Weight("mid.b", Tensor.Of([3], .1, -2, .05))
            .Weight("w", Tensor.Of([3, 3], 1, -.5, .25, -.75, .6, .4, .3, .2, -.9))
            .Weight("b", Tensor.Of([3], .05, 0, -.05))
            .Node("Conv", "x identity", "feat")
            .Node("Conv", "feat mid.w mid.b", "mid")
            .Node("Relu", "mid", "act")
            .Node("GlobalAveragePool", "act", "pool")
            .Node("Flatten", "pool", "f")
            .Node("Gemm", "f w b", "scores", Autodiff.Graphs.Attributes.Of("transB", 1))
            .Output("scores");

    /// <summary>The maps.</summary>
    // csharpier-ignore
    public static IReadOnlyList<GoldenCase> Cases { get; } =
    [
        Case("pgc/GradCAM", "method=gradcam compat=pytorch-grad-cam"),
        Case("pgc/HiResCAM", "method=hirescam compat=pytorch-grad-cam"),
        Case("pgc/GradCAMElementWise", "method=gradcam-elementwise compat=pytorch-grad-cam"),
        Case("pgc/GradCAMPlusPlus", "method=gradcam++ compat=pytorch-grad-cam"),
        Case("pgc/XGradCAM", "method=xgradcam compat=pytorch-grad-cam"),
        Case("pgc/LayerCAM", "method=layercam compat=pytorch-grad-cam"),
        Case("pgc/ScoreCAM", "method=scorecam compat=pytorch-grad-cam"),
        Case("pgc/ScoreCAM", "method=scorecam"),
        Case("pgc/AblationCAM", "method=ablationcam compat=pytorch-grad-cam"),
        Case("pgc/AblationCAM", "method=ablationcam"),
        Case("pgc/EigenCAM", "method=eigencam compat=pytorch-grad-cam"),
        Case("pgc/EigenGradCAM", "method=eigengradcam compat=pytorch-grad-cam"),
        Case("pgc/SegEigenCAM", "method=segeigencam compat=pytorch-grad-cam"),
        Case("pgc/FEM", "method=fem compat=pytorch-grad-cam"),
        Case("pgc/KPCA_CAM", "method=kpcacam compat=pytorch-grad-cam"),
        Case("pgc/ShapleyCAM", "method=shapleycam compat=pytorch-grad-cam"),
        Case("pgc/GradCAM eigen_smooth", "method=gradcam compat=pytorch-grad-cam smooth=eigen"),
        Case("pgc/GradCAM 2 layers feat+act", "method=gradcam compat=pytorch-grad-cam layer=feat,act"),
        Case("pgc/LayerCAM 2 layers feat+act", "method=layercam compat=pytorch-grad-cam layer=feat,act"),
        Case("pgc/GradCAM ClassifierOutputSoftmaxTarget", "method=gradcam compat=pytorch-grad-cam score=probability"),
        Case("pgc/ShapleyCAM ClassifierOutputSoftmaxTarget", "method=shapleycam compat=pytorch-grad-cam score=probability"),
        Case("pgc/GradCAM ClassifierOutputReST", "method=gradcam compat=pytorch-grad-cam score=rest"),
        Case("pgc/ShapleyCAM ClassifierOutputReST", "method=shapleycam compat=pytorch-grad-cam score=rest"),
        Case("pgc/FinerCAM auto comp_ranks[1,2] alpha1", "method=finercam compat=pytorch-grad-cam"),
        Case("pgc/FullGrad (mid bias only; feat has none)", "method=fullgrad compat=pytorch-grad-cam"),
        Case("pgc/RefineCAM(GradCAM++) feat,act", "method=refinecam compat=pytorch-grad-cam layer=feat,act"),
        Case("captum/Saliency", "method=saliency compat=captum"),
        Case("captum/InputXGradient", "method=inputxgradient compat=captum"),
        Case("captum/IG gausslegendre50", "method=integrated-gradients compat=captum"),
        Case("captum/IG riemann_middle 50", "method=integrated-gradients quadrature=riemann-middle"),
        Case("captum/IG riemann_trapezoid 50", "method=integrated-gradients quadrature=riemann-trapezoid compat=captum"),
        Case("captum/GuidedBackprop", "method=guided-backprop"),
        Case("captum/GuidedBackprop class1", "method=guided-backprop compat=captum"),
        Case("captum/Deconvolution", "method=deconvnet"),
        Case("captum/Deconvolution class1", "method=deconvnet compat=captum"),
        Case("captum/LayerGradCam feat no relu", "method=gradcam compat=captum"),
        Case("captum/GuidedGradCam feat", "method=guided-gradcam compat=captum"),
        Case("captum/Occlusion win(2,1,1) stride(2,1,1)", "method=occlusion window=1 stride=1"),
        Case("captum/Occlusion win(2,1,2) stride(2,1,1)", "method=occlusion window=1x2 stride=1"),
        Case("captum/LRP epsilon 1e-9", "method=lrp-epsilon"),
        Case("captum/DeepLift zero baseline", "method=deeplift compat=captum"),
        Case("captum/LRP alpha1beta0 no bias", "method=lrp-alpha1beta0"),
        Case("torchcam/GradCAM", "method=gradcam compat=torch-cam"),
        Case("torchcam/GradCAMpp", "method=gradcam++ compat=torch-cam"),
        Case("torchcam/XGradCAM", "method=xgradcam compat=torch-cam"),
        Case("torchcam/LayerCAM", "method=layercam compat=torch-cam"),
        Case("torchcam/ScoreCAM", "method=scorecam compat=torch-cam"),
        Case("torchcam/ISCAM", "method=iscam compat=torch-cam"),
        Case("torchcam/CAM(act,fc)", "method=cam layer=act compat=torch-cam"),
        Case("torchcam/FinerCAM gamma0.6 refs2", "method=finercam compat=torch-cam"),
        Case("torchcam/LayerCAM fuse feat,act", "method=layercam layer=feat,act compat=torch-cam"),
        Case("openvino/ReciproCAM feat class0 logits", "method=reciprocam"),
        Case("openvino/ReciproCAM feat class0 logits", "method=reciprocam compat=openvino-xai"),
        Case("torchray/EBP act", "method=excitation-backprop layer=act"),
        Case("torchray/EBP feat", "method=excitation-backprop"),
        Case("torchray/cEBP contrast=pool act", "method=cmwp layer=act"),
        Case("torchray/cEBP contrast=pool feat", "method=cmwp"),
    ];

    /// <summary>The file's raw map, before the library's ReLU, and its heat map; null for what the file does not hold.</summary>
    public static (float[]? Raw, float[]? Heatmap) Expected(string key)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(SharedData.Path("reference", "golden.json")));
        var golden = file.RootElement;
        float[]? Read(string name) => golden.TryGetProperty(name, out var entry) ? [.. Flat(entry)] : null;
        // An entry is an object with both, one of the two alone, or two entries. With several layers the raw map in it is that of the first
        // one.
        if (!golden.TryGetProperty(key, out var found))
            return (Read($"{key} {Halves[0]}"), Read($"{key} {Halves[1]}"));
        if (found.ValueKind != JsonValueKind.Object)
            return key.StartsWith("pgc/", StringComparison.Ordinal) ? (null, [.. Flat(found)]) : ([.. Flat(found)], null);
        return (
            key.Contains("layers", StringComparison.Ordinal) ? null : [.. Flat(found.GetProperty("raw"))],
            [.. Flat(found.GetProperty("final"))]
        );
    }

    /// <summary>The names in the file.</summary>
    public static IReadOnlyList<string> Keys()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(SharedData.Path("reference", "golden.json")));
        return [.. file.RootElement.EnumerateObject().Select(p => p.Name)];
    }

    /// <summary>Numbers of an entry of any form.</summary>
    public static float[] Values(string key)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(SharedData.Path("reference", "golden.json")));
        return [.. Flat(file.RootElement.GetProperty(key))];
    }

    /// <summary>The largest difference of a raw map from the file's; Captum repeats a window's value for every channel it covers.</summary>
    public static double Distance(float[] expected, IReadOnlyList<float> found) =>
        found.Count == 0 || expected.Length % found.Count != 0
            ? double.PositiveInfinity
            : expected.Select((v, i) => Math.Abs((double)v - found[i % found.Count])).Max();

    private static GoldenCase Case(string key, string parameters) =>
        new(key, parameters.Split(' ').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]));

    private static IEnumerable<float> Flat(JsonElement e) =>
        e.ValueKind == JsonValueKind.Array ? e.EnumerateArray().SelectMany(Flat) : [e.GetSingle()];
}
