using System.Text.Json;

namespace Explain.Engine.Tests.Methods.Perturbation;

/// <summary>The net of four nodes whose maps were computed with the reference libraries; the numbers have six decimals.</summary>
public sealed class GoldenTests
{
    private const double Decimals = 2e-6;

    [Theory]
    [InlineData("scorecam", Compat.None, "pgc/ScoreCAM")]
    [InlineData("scorecam", Compat.PytorchGradCam, "pgc/ScoreCAM")]
    [InlineData("scorecam", Compat.TorchCam, "torchcam/ScoreCAM")]
    [InlineData("iscam", Compat.TorchCam, "torchcam/ISCAM")]
    [InlineData("ablationcam", Compat.None, "pgc/AblationCAM")]
    [InlineData("ablationcam", Compat.PytorchGradCam, "pgc/AblationCAM")]
    [InlineData("reciprocam", Compat.None, "openvino/ReciproCAM feat class0 logits")]
    [InlineData("reciprocam", Compat.OpenvinoXai, "openvino/ReciproCAM feat class0 logits")]
    public void MapsAreTheReferences(string method, Compat compat, string key)
    {
        using var model = GoldenNumbersTests.Net.Load();
        using var golden = Golden();
        var answer = model.Perturb(GoldenNumbersTests.Net.Picture(), new ExplainParameters { Method = method, Target = "0", Layer = "feat", Sign = Sign.Both, Compat = compat });

        var peer = golden.RootElement.TryGetProperty(key, out var whole) ? whole : golden.RootElement.GetProperty($"{key} raw");
        var isObject = peer.ValueKind == JsonValueKind.Object;
        var raw = Flat(isObject ? peer.GetProperty("raw") : peer).ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine($"{method} {compat} {key}: {raw.Zip(answer.Map.Values, (a, b) => Math.Abs(a - b)).Max():E1}");
        Near.Absolute(raw, answer.Map.Values, Decimals, "raw");
        var final = isObject ? peer.GetProperty("final") : golden.RootElement.TryGetProperty($"{key} norm", out var norm) ? norm : default;
        if (final.ValueKind == JsonValueKind.Array) Near.Absolute(Flat(final).ToArray(), answer.Heatmap.Values, 5e-6, "final");
    }

    [Fact]
    public void ReciproCamScaledAsOpenVinoScalesItIsItsPicture()
    {
        using var model = GoldenNumbersTests.Net.Load();
        using var golden = Golden();

        var map = model.Map(GoldenNumbersTests.Net.Picture(), "reciprocam", new ExplainParameters { Layer = "feat" }, "0");

        // The library cuts decimals off, so that its largest value is 254.
        var bytes = Flat(golden.RootElement.GetProperty("openvino/ReciproCAM scaled uint8")).ToArray();
        var scaled = map.Select(v => (float)Math.Floor(255 * (v - map.Min()) / (map.Max() - map.Min() + 1e-12))).ToArray();
        Assert.All(bytes.Zip(scaled), p => Assert.InRange(p.Second - p.First, 0, 1));
    }

    [Theory]
    [InlineData(1, 1, "captum/Occlusion win(2,1,1) stride(2,1,1)")]
    [InlineData(1, 2, "captum/Occlusion win(2,1,2) stride(2,1,1)")]
    public void OcclusionIsCaptums(int height, int width, string key)
    {
        using var model = GoldenNumbersTests.Net.Load();
        using var golden = Golden();

        var map = model.Map(GoldenNumbersTests.Net.Picture(), "occlusion", new ExplainParameters { Window = (height, width), Stride = (1, 1) }, "0");

        // Captum gives both channels of a window the same.
        var expected = Flat(golden.RootElement.GetProperty(key)).ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine($"{key}: {expected.Zip(map, (a, b) => Math.Abs(a - b)).Max():E1}");
        Near.Absolute(expected.AsSpan(0, 6), map, Decimals, key);
        Near.Absolute(expected.AsSpan(6), map, Decimals, key);
    }

    private static JsonDocument Golden()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        return JsonDocument.Parse(File.ReadAllText(SharedData.Path("reference", "golden.json")));
    }

    private static IEnumerable<float> Flat(JsonElement e) => e.ValueKind == JsonValueKind.Array ? e.EnumerateArray().SelectMany(Flat) : [e.GetSingle()];
}
