using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Measures;
using Explain.Engine.Methods.Options;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Measures;

/// <summary>What measuring costs is known before.</summary>
public sealed class MeasurePriceTests
{
    private const int Pixels = 5 * 6;

    // Two curves, one image under the map, ROAD, squares, and the image itself.
    private const int Pictures = 2 * 31 + 1 + 8 + 32 + 1;

    [Theory]
    [InlineData(Compat.None, Pictures)]
    [InlineData(Compat.PytorchGradCam, Pictures + 10)]
    [InlineData(Compat.TorchCam, Pictures - 20)]
    [InlineData(Compat.Captum, Pictures)]
    [InlineData(Compat.OpenvinoXai, Pictures)]
    public void PicturesAreCountedOnceForAllMeasures(Compat compat, int passes)
    {
        Assert.Equal(passes, MeasureTable.Passes(compat, Pixels));
        Assert.Equal(11, MeasureTable.Explanations(compat, Pixels));
    }

    [Theory]
    [InlineData("gradcam", 1)]
    [InlineData("gradcam", 2)]
    [InlineData("inputxgradient", 1)]
    [InlineData("ablationcam", 1)]
    [InlineData("occlusion", 2)]
    [InlineData("rise", 1)]
    [InlineData("smoothgrad", 1)]
    public void NoMorePassesAreMadeThanThePriceSays(string method, int targets)
    {
        using var loaded = Tiny.Features().PoolAndClassify().Output("scores").Load();
        ExplainPlan Plan(bool measured) =>
            loaded.View.Plan(
                new ExplainParameters
                {
                    Method = method,
                    Target = targets == 1 ? "1" : "0,1",
                    Faithfulness = measured,
                    Options = new() { Samples = method is "rise" or "smoothgrad" ? 7 : null },
                }
            );
        long Made(ExplainPlan plan)
        {
            var before = loaded.Counts.Totals.Items;
            var image = new PreparedInput(Tensor.Spread([3, 5, 6], -2, 2, 9).Floats, Geometry.Of(loaded.Description.Input, 6, 5));
            _ = GroupExplainer.Explain([plan], image, targets, RunContext.Alone(TestContext.Current.CancellationToken));
            return loaded.Counts.Totals.Items - before;
        }

        var (plain, measured) = (Plan(false), Plan(true));

        var again = 11 * targets;
        var one = Plan(true) with { Targets = plain.Targets with { Objectives = [plain.Targets.Objectives[0]] } };
        var each = (one with { Parameters = plain.Parameters }).Passes + new PassCount(1, 0, 0);
        Assert.Equal(plain.Passes + new PassCount(targets * Pictures, 0, 0) + each * again, measured.Passes);
        // A gradient comes with its forward pass in one run, but from the layer on where the forward pass is there.
        var (made, price) = (Made(measured) - Made(plain), measured.Passes.Forward - plain.Passes.Forward);
        Assert.InRange(made, price, price + measured.Passes.Head + measured.Passes.Backward - plain.Passes.Head - plain.Passes.Backward);
    }
}
