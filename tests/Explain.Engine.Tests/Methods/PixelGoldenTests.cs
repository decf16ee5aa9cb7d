using Explain.Engine.Methods;
using Explain.Engine.Models;

namespace Explain.Engine.Tests.Methods;

/// <summary>Values in pixel space that Captum and TorchRay computed for the golden net.</summary>
public sealed class PixelGoldenTests : IDisposable
{
    private static readonly Dictionary<string, ExplainParameters> Cases = new()
    {
        ["captum/Saliency"] = new() { Method = "saliency" },
        ["captum/InputXGradient"] = new() { Method = "inputxgradient" },
        ["captum/IG gausslegendre50"] = new() { Method = "integrated-gradients" },
        ["captum/GuidedBackprop"] = new() { Method = "guided-backprop" },
        ["captum/GuidedBackprop class1"] = new() { Method = "guided-backprop" },
        ["captum/Deconvolution"] = new() { Method = "deconvnet" },
        ["captum/Deconvolution class1"] = new() { Method = "deconvnet" },
        ["captum/GuidedGradCam feat"] = new() { Method = "guided-gradcam", Compat = Compat.Captum },
        ["captum/LRP epsilon 1e-9"] = new() { Method = "lrp-epsilon" },
        ["captum/LRP alpha1beta0 no bias"] = new() { Method = "lrp-alpha1beta0" },
        ["torchray/EBP act"] = new() { Method = "excitation-backprop", Layer = "act" },
        ["torchray/EBP feat"] = new() { Method = "excitation-backprop" },
        ["torchray/cEBP contrast=pool act"] = new() { Method = "cmwp", Layer = "act" },
        ["torchray/cEBP contrast=pool feat"] = new() { Method = "cmwp" },
        ["captum/IG riemann_middle 50"] = new() { Method = "integrated-gradients", Quadrature = "riemann-middle" },
    };

    private readonly Model _model = GoldenNet.Load();

    public static TheoryData<string> Keys => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Keys))]
    public void ValuesAreTheReferences(string key)
    {
        var target = key.EndsWith("class1", StringComparison.Ordinal) ? 1L : 0;

        var answer = _model.Explain(new TensorQuery(GoldenNet.Graph.Picture(), Cases[key]) { RowTargets = [target] });

        Near.Absolute(GoldenNet.Reference(key), answer.Map.Values, GoldenNet.Decimals, key);
    }

    [Fact]
    public void FullGradIsTheReference()
    {
        var answer = _model.Explain(new TensorQuery(GoldenNet.Graph.Picture(), new ExplainParameters { Method = "fullgrad", Compat = Compat.PytorchGradCam }) { RowTargets = [0] });

        Near.Absolute(GoldenNet.Reference("pgc/FullGrad (mid bias only; feat has none)"), answer.Heatmap.Values, GoldenNet.Decimals, "fullgrad");
    }

    [Fact]
    public void ValuesHaveTheShapeOfTheInput() =>
        Assert.All(Cases.Values.Where(c => MethodTable.Find(c.Method).Reduce is not null), p => Assert.Equal([1L, 2, 2, 3], _model.Explain(new TensorQuery(GoldenNet.Graph.Picture(), p)).Map.Shape));

    public void Dispose() => _model.Dispose();
}
