using Explain.Engine.Methods.Tables;

namespace Explain.Engine.Tests.Models;

/// <summary>A Swin transformer as torchvision exports it, as it is served.</summary>
public sealed class SwinModelTests
{
    // csharpier-ignore
    private static readonly string[] OfLayers =
        ["gradcam", "hirescam", "layercam", "gradcam++", "xgradcam", "shapleycam", "eigencam", "scorecam", "guided-gradcam"];

    // csharpier-ignore
    private static readonly string[] OfPixels =
        ["saliency", "inputxgradient", "guided-backprop", "lrp-epsilon", "lrp-gamma", "lrp-alpha1beta0", "deeplift", "occlusion"];

    private static readonly string?[] Layers = [null, "block2", "merged"];

    public static TheoryData<string, string?> Methods =>
        [.. from m in OfLayers from l in Layers select (m, l), .. from m in OfPixels select (m, (string?)null)];

    private static readonly TinyGraph Net = SwinNet.Make();

    [Fact]
    public void ItsMapsAreFoundAndNothingIsMissing()
    {
        using var loaded = Net.Load();
        var description = loaded.View.Description;
        Assert.Empty(description.MissingGradients);
        Assert.Equal(3, description.Classes);
        Assert.NotNull(description.Layer);
        Assert.Contains("merged", description.Layers.Select(l => l.Name));
        Near.Relative(
            Runtime.Run(Net.Build(), Net.Feeds)["scores"].Floats,
            loaded.View.Explain(Net.Image(), "occlusion").Logits.Values,
            1e-5,
            "scores"
        );
    }

    [Theory, MemberData(nameof(Methods))]
    public void ItIsExplained(string method, string? layer)
    {
        using var loaded = Net.Load();
        var support = MethodSupportTable.For(loaded.View).Single(m => m.Method == method);
        Assert.True(support.Supported, support.Reason);
        var map = loaded.View.Explain(Net.Image(), method, layer: layer).Map.Values;
        Assert.All(map, v => Assert.True(float.IsFinite(v)));
        Assert.Contains(map, v => v != 0);
    }
}
