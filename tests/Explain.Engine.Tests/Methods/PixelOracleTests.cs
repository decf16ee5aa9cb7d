using Explain.Engine.Methods.Tables;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Methods;

/// <summary>Values in pixel space against Captum and pytorch-grad-cam on the reference models.</summary>
public sealed class PixelOracleTests
{
    private const int Steps = 32;

    // File of the reference, what is asked, what is made of the reference, and the bound.
    // csharpier-ignore
    private static readonly Dictionary<string, (ExplainParameters Asked, Func<float, float> Of, double Bound)> References = new()
    {
        ["saliency"] = (new() { Method = "saliency" }, Math.Abs, 1e-3),
        ["GuidedBackpropReLU"] = (new() { Method = "guided-backprop" }, v => v, 1e-3),
        ["Deconvolution"] = (new() { Method = "deconvnet" }, v => v, 1e-3),
        ["GuidedGradCAM"] = (new() { Method = "guided-gradcam", Options = new() { Compat = Compat.PytorchGradCam } }, v => v, 1e-3),
        ["FullGrad.raw"] = (new() { Method = "fullgrad", Options = new() { Compat = Compat.PytorchGradCam } }, v => v, 5e-3),
        ["IntegratedGradients.gausslegendre"] = (new() { Method = "integrated-gradients", Options = new() { Samples = Steps } }, v => v, 5e-3),
        ["IntegratedGradients.riemann_middle"] = (new() { Method = "integrated-gradients", Options = new() { Quadrature = "riemann-middle", Samples = Steps } }, v => v, 5e-3),
        ["IntegratedGradients.riemann_right"] = (new() { Method = "integrated-gradients", Options = new() { Quadrature = "riemann-right", Samples = Steps } }, v => v, 5e-3),
    };

    // Files in which biases of convolutions are one with those of the normalisations behind them; the library counts both.
    private static readonly string[] FoldedBiases = ["vgg_bn.onnx", "act_zoo.onnx", "act_zoo.op15.onnx"];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var reference in References.Keys)
            {
                foreach (var c in OracleCase.All.Where(c => c.Has($"{reference}.npy")))
                    data.Add(c.ToString(), reference);
            }

            if (data.Count == 0)
                data.Add("none", "none");
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ValuesAreTheReferences(string name, string reference)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var c = OracleCase.All.Single(o => o.ToString() == name);
        using var loadedModel = Tiny.LoadFile(c.ModelFile);
        var model = loadedModel.View;
        var (asked, of, bound) = References[reference];
        if (!MethodTable.Find(asked.Method).OfInput)
            asked = asked with { Layer = c.TargetValue };
        var (shape, values) = c.Array("input.npy");
        var expected = new FloatTensor(shape, Array.ConvertAll(c.Array($"{reference}.npy").Values, v => of(v)));

        float[] Values(float[] input) => model.Explain(OracleTests.Query(c, new FloatTensor(shape, input), asked)).Map.Values;
        var distance = Near.RelativeDistance(expected.Values, Values(values));
        var allowed = Math.Max(bound, c.Noise(reference));
        TestContext.Current.TestOutputHelper?.WriteLine($"{reference} of {c}: {distance:E2}, allowed {allowed:E2}");

        if (reference == "FullGrad.raw" && FoldedBiases.Contains(Path.GetFileName(c.ModelFile)))
        {
            Assert.InRange(distance, 2 * allowed, double.MaxValue);
            return;
        }

        // Moved by a millionth, the input of a case at a kink comes to the reference's side of it.
        if (distance > allowed && OracleTests.IsAtAKink(c))
            distance = Enumerable.Range(0, 16).Min(seed => Near.RelativeDistance(expected.Values, Values(OracleTests.Moved(values, seed))));
        Assert.True(distance <= allowed, $"{reference}: relative L2 difference {distance:E2}, allowed {allowed:E2}");
    }
}
