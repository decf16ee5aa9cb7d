using Explain.Engine.Models;
using Explain.Engine.Tests.Methods.Perturbation;

namespace Explain.Engine.Tests.Layouts;

/// <summary>A vision transformer against PyTorch and pytorch-grad-cam, as far as it takes no gradient.</summary>
public sealed class TransformerOracleTests
{
    // The sign of a component is whatever the library's decomposition gave.
    private static readonly Dictionary<string, string> Methods = new() { ["EigenCAM"] = "eigencam", ["FEM"] = "fem", ["KPCA_CAM"] = "kpcacam" };

    public static TheoryData<string> Cases => OracleCase.All.Count == 0 ? ["none"] : [.. OracleCase.All.Where(c => c.Layout == "NTC").Select(c => c.ToString())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheDefaultLayerAndItsMapsAreThoseOfTheReference(string name)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var c = OracleCase.All.Single(o => o.ToString() == name);
        using var model = Tiny.LoadFile(c.ModelFile);
        Assert.Equal(c.TargetValue, model.Description.Layer);
        var layout = model.Description.LayoutOf(c.TargetValue);
        Assert.Equal(("NTC", new TokenGrid(8, 8, 1, 0, "/conv_proj/Conv_output_0")), (layout.Name, layout.Tokens));
        foreach (var array in new[] { "activations", "gradients" })
        {
            var (shape, values) = c.Array($"{array}_onnx.npy");
            Near.Relative(c.Array($"{array}.npy").Values, LayoutNets.AsMaps(new FloatTensor(shape, values), layout), 0, array);
        }

        var (inputShape, input) = c.Array("input.npy");
        foreach (var (reference, method) in Methods)
        {
            var answer = model.Perturb(Engine.Tests.Methods.OracleTests.Query(
                c, new FloatTensor(inputShape, input), new ExplainParameters { Method = method, Compat = Compat.PytorchGradCam, Sign = Sign.Both }));
            var (rawShape, raw) = c.Array($"{reference}.prerelu.npy");
            Assert.Equal(rawShape, answer.Map.Shape);
            for (var n = 0; n < rawShape[0]; n++)
            {
                var (expected, found) = (new FloatTensor(rawShape, raw).Row(n), answer.Map.Row(n));
                var distance = Math.Min(Near.RelativeDistance(expected, found), method == "fem" ? 1 : Near.RelativeDistance(expected, Array.ConvertAll(found, v => -v)));
                Assert.True(distance <= 1e-3, $"{reference}, row {n}: relative L2 difference {distance:E2}");
            }
        }
    }
}
