using Explain.Engine.Models;

namespace Explain.Engine.Tests.Methods;

/// <summary>Values in pixel space that Captum and TorchRay computed for the golden net.</summary>
public sealed class PixelGoldenTests : IDisposable
{
    private static readonly Dictionary<string, ExplainParameters> Cases = new()
    {
        ["captum/Saliency"] = new() { Method = "saliency" },
        ["captum/InputXGradient"] = new() { Method = "inputxgradient" },
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
    public void ValuesHaveTheShapeOfTheInput() =>
        Assert.All(Cases.Values, p => Assert.Equal([1L, 2, 2, 3], _model.Explain(new TensorQuery(GoldenNet.Graph.Picture(), p)).Map.Shape));

    public void Dispose() => _model.Dispose();
}
