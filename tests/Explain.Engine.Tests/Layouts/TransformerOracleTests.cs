using Explain.Engine.Models.Layouts;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Layouts;

/// <summary>
/// The layer of a vision transformer that users of pytorch-grad-cam name, and what their function that reshapes tokens makes of it.
/// </summary>
public sealed class TransformerOracleTests
{
    public static TheoryData<string> Cases =>
        OracleCase.All.Count == 0 ? ["none"] : [.. OracleCase.All.Where(c => c.Layout == "NTC").Select(c => c.ToString())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheDefaultLayerAndItsFeatureMapsAreThoseOfTheReference(string name)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var c = OracleCase.All.Single(o => o.ToString() == name);
        using var loadedModel = Tiny.LoadFile(c.ModelFile);
        var model = loadedModel.View;
        Assert.Equal(c.TargetValue, model.Description.Layer);
        var layout = model.Description.LayoutOf(c.TargetValue);
        Assert.Equal(("NTC", new TokenGrid(8, 8, 1, 0, "/conv_proj/Conv_output_0")), (layout.Name, layout.Tokens));
        foreach (var array in new[] { "activations", "gradients" })
        {
            var (shape, values) = c.Array($"{array}_onnx.npy");
            Near.Relative(c.Array($"{array}.npy").Values, LayoutNets.AsMaps(new FloatTensor(shape, values), layout), 0, array);
        }
    }
}
