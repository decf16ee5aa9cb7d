using Explain.Engine.Explaining;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Tests.Measures;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Methods;

/// <summary>What the reference libraries computed for the golden net.</summary>
public sealed class GoldenTests : IDisposable
{
    // Entries that are no maps, and where they are compared.
    // csharpier-ignore
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["_model"] = "the net in words",
        ["pre_relu"] = nameof(TheForwardPassIsTheReference),
        ["logits"] = nameof(GoldenNumbersTests),
        ["softmax"] = nameof(GoldenNumbersTests),
        ["grad_feat_class0"] = nameof(GoldenNumbersTests),
        ["captum/gradient class1 signed"] = nameof(TheGradientOfTheInputIsTheReference),
        ["openvino/ReciproCAM scaled uint8"] = nameof(ReciproCamScaledAsOpenVinoScalesItIsItsImage),
        ["pgc/Finer target value(0 vs [1,2],alpha1)"] = "FinerScoreTests of Explain.Autodiff.Tests",
        ["torchcam/SmoothGradCAMpp map uses last noisy activation"] = "DerivedScoreTests",
        ["pgc/ROAD impute 3x3 arange, missing (0,0),(1,1), noise0"] = "LinearImputationTests of Explain.Kernels.Tests",
        ["pgc/DropInConfidence softmax target, GradCAM map"] = nameof(FaithfulnessTests),
        ["torchcam/ClassificationMetric softmax avg_drop"] = nameof(FaithfulnessTests),
        ["torchcam/DeletionInsertion softmax steps6"] = nameof(FaithfulnessTests),
        ["cv2/scale_cam_image [[.2,1],[.6,.4]] -> w4 h4"] = "UpsampleTests of Explain.Kernels.Tests",
        ["cv2/scale_cam_image [[.2,1],[.6,.4]] -> w5 h3"] = "UpsampleTests of Explain.Kernels.Tests",
        ["cv2/JET RGB at 0,1,32,64,96,128,160,192,224,254,255"] = "ColorMapTests of Explain.Kernels.Tests",
    };

    private readonly LoadedModel _loaded = Golden.Net.Load(Golden.Manifest);

    public static TheoryData<int, string> Cases =>
        [.. Golden.Cases.Select((c, i) => (i, $"{c.Key}: {string.Join(' ', c.Parameters.Values)}"))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void MapsAreTheReferences(int number, string name)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var asked = Golden.Cases[number];
        var (raw, heatmap) = Golden.Expected(asked.Key);
        Assert.True(raw is not null || heatmap is not null, $"{name}: no such entry");
        // The libraries' raw maps are those before their ReLU; ours are behind it unless both signs are asked for.
        if (raw is not null)
            Assert.InRange(Golden.Distance(raw, Explain(asked, raw.Min() < 0 ? Sign.Both : null).Map.Values), 0, Golden.Decimals);
        if (heatmap is not null)
            Assert.InRange(Golden.Distance(heatmap, Explain(asked, null).Heatmap.Values), 0, Golden.HeatmapDecimals);
    }

    [Fact]
    public void EveryEntryOfTheFileIsCompared()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        string[] known = [.. Golden.Cases.SelectMany(c => (string[])[c.Key, $"{c.Key} raw", $"{c.Key} norm"]), .. Elsewhere.Keys];
        Assert.Empty(Golden.Keys().Except(known));
    }

    [Fact]
    public void TheForwardPassIsTheReference()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var query = new TensorQuery(Golden.Net.Image(), new ExplainParameters { Method = "activationmap", Layer = "mid" })
        {
            Parts = TensorParts.Activations,
        };
        Assert.InRange(Golden.Distance(Golden.Values("pre_relu"), Model.Explain(query).Activations!.Values), 0, Golden.Decimals);
    }

    [Fact]
    public void TheGradientOfTheInputIsTheReference()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var query = new TensorQuery(Golden.Net.Image(), new ExplainParameters { Method = "saliency", Target = "1" })
        {
            Parts = TensorParts.Gradients,
        };
        Assert.InRange(
            Golden.Distance(Golden.Values("captum/gradient class1 signed"), Model.Explain(query).Gradients!.Values),
            0,
            Golden.Decimals
        );
    }

    [Fact]
    public void ReciproCamScaledAsOpenVinoScalesItIsItsImage()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var map = Explain(Golden.Cases.First(c => c.Parameters["method"] == "reciprocam"), null).Map.Values;

        // The library cuts decimals off, so that its largest value is 254.
        var scaled = map.Select(v => (float)Math.Floor(255 * (v - map.Min()) / (map.Max() - map.Min() + 1e-12)));
        Assert.All(Golden.Values("openvino/ReciproCAM scaled uint8").Zip(scaled), p => Assert.InRange(p.Second - p.First, 0, 1));
    }

    [Fact]
    public void ValuesInPixelSpaceHaveTheShapeOfTheInput() =>
        Assert.All(Golden.Cases.Where(c => MethodTable.Find(c.Parameters["method"]).Reduce is not null), c =>
            Assert.Equal([1L, 2, 2, 3], Explain(c, null).Map.Shape)
        );

    public void Dispose() => _loaded.Dispose();

    private Model Model => _loaded.View;

    private TensorAnswer Explain(GoldenCase asked, Sign? sign)
    {
        var parameters = ParameterTable.Parse(ParameterScope.Tensor, asked.Parameters).Explain;
        var query = new TensorQuery(Golden.Net.Image(), parameters with { Sign = sign ?? parameters.Sign })
        {
            ItemTargets = [asked.Target],
        };
        return TensorExplainer.Explain(Model, query, Tiny.Images, RunContext.Alone(TestContext.Current.CancellationToken));
    }
}
