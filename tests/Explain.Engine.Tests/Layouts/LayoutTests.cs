using Explain.Engine.Explaining;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Tests.Methods.Perturbation;
using Explain.Engine.Vocabulary;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests.Layouts;

/// <summary>The same net has the same maps, whatever the layout of its layer.</summary>
public sealed class LayoutTests
{
    public static TheoryData<string> Layouts => [.. LayoutNets.All.Keys.Where(l => l != "NCHW")];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void EveryMethodOfALayerGivesTheMapsOfTheSameNetInNchw(string layout)
    {
        var g = LayoutNets.All[layout];
        using var loadedFirst = LayoutNets.All["NCHW"].Load();
        var first = loadedFirst.View;
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        Assert.Equal(("l", layout), (model.Description.Layer, model.Description.LayoutOf("l").Name));
        var compared = 0;
        foreach (var id in MethodTable.All.Select(m => m.Id).Where(id => !MethodTable.Find(id).OfInput))
        {
            // Of tokens, OpenVINO XAI shows a patch and its neighbours.
            foreach (
                var compat in MethodTable
                    .Find(id)
                    .Conventions.Prepend(Compat.None)
                    .Where(c => (id, c) != ("reciprocam", Compat.OpenvinoXai))
            )
            {
                var parameters = new ExplainParameters
                {
                    Method = id,
                    Target = "1",
                    Sign = Sign.Both,
                    Options = new() { Compat = compat },
                };
                var (expected, found) = (first.Perturb(g.Image(), parameters), model.Perturb(g.Image(), parameters));
                Assert.Equal(expected.Map.Shape, found.Map.Shape);
                Near.Relative(expected.Map.Values, found.Map.Values, 1e-4, $"{id} {compat} of {layout}");
                compared++;
            }
        }
        Assert.True(compared >= 40, $"only {compared} were compared");
    }

    [Theory]
    [InlineData("scorecam")]
    [InlineData("sscam")]
    [InlineData("iscam")]
    [InlineData("ablationcam")]
    [InlineData("reciprocam")]
    [InlineData("gradcam")]
    [InlineData("cam")]
    [InlineData("guided-gradcam")]
    [InlineData("excitation-backprop")]
    public void TheseMethodsWorkOnEveryLayout(string method)
    {
        foreach (var (layout, g) in LayoutNets.All)
        {
            using var loadedModel = g.Load();
            var model = loadedModel.View;
            Assert.Equal((layout, null), (layout, MethodSupportTable.WhyNot(model, MethodTable.Find(method), "l")));
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void ActivationsAndGradientsStayShapedAsInTheGraph(string layout)
    {
        var g = LayoutNets.All[layout];
        using var loadedFirst = LayoutNets.All["NCHW"].Load();
        var first = loadedFirst.View;
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var (expected, found) = (first.Explain(g.Image()), model.Explain(g.Image()));

        long[] shape = layout switch
        {
            "NHWC" => [2, 5, 6, 4],
            "NTC" => [2, 30, 4],
            "TNC" => [30, 2, 4],
            _ => [2, 4, 30],
        };
        Assert.Equal(shape, found.Activations!.Shape);
        Assert.Equal(shape, found.Gradients!.Shape);
        Near.Relative(
            expected.Activations!.Values,
            LayoutNets.AsMaps(found.Activations, model.Description.LayoutOf("l")),
            1e-5,
            "activations"
        );
        Near.Relative(expected.Gradients!.Values, LayoutNets.AsMaps(found.Gradients, model.Description.LayoutOf("l")), 1e-5, "gradients");
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void FusionAndChannelFactsAreThoseOfTheSameNetInNchw(string layout)
    {
        var g = LayoutNets.All[layout];
        using var loadedFirst = LayoutNets.All["NCHW"].Load();
        var first = loadedFirst.View;
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        var fused = new ExplainParameters { Target = "1", Layer = "r,l" };

        Near.Relative(first.Perturb(g.Image(), fused).Map.Values, model.Perturb(g.Image(), fused).Map.Values, 1e-4, "fusion");

        var facts = new ExplainParameters
        {
            Target = "1",
            Channels = true,
            Features = true,
        };
        var (expected, found) = (Facts(first, g, facts), Facts(model, g, facts));
        Assert.Equal(expected.Channels!.Select(c => c.Index), found.Channels!.Select(c => c.Index));
        foreach (var (e, f) in expected.Channels!.Zip(found.Channels!))
            Near.Relative(e.Map.Values, f.Map.Values, 1e-4, $"map of channel {e.Index}");
        Near.Relative([.. expected.Features!], [.. found.Features!], 1e-4, "features");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("pytorch-grad-cam")]
    public void FullGradCountsABiasOfFeatureMapsWhoseChannelsAreLast(string compat)
    {
        var bias = Tensor.Normal([4], 77);
        using var loadedFirst = LayoutNets.Biased(bias, channelsLast: false).Load();
        var first = loadedFirst.View;
        var g = LayoutNets.Biased(bias, channelsLast: true);
        using var loadedLast = g.Load();
        var last = loadedLast.View;
        var parameters = new ExplainParameters
        {
            Method = "fullgrad",
            Target = "1",
            Options = new() { Compat = Conventions.Of(compat) },
        };

        Near.Relative(first.Perturb(g.Image(), parameters).Map.Values, last.Perturb(g.Image(), parameters).Map.Values, 1e-4, compat);
    }

    [Fact]
    public void AnImageWithItsChannelsLastCanBeTheLayer()
    {
        var g = new TinyGraph(known: Known.AllButBatch)
            .Input("x", Tensor.Spread([1, 5, 6, 3], -2, 2, 5), [null, 5, 6, 3])
            .Node("Transpose", "x", "t", Of("perm", [0, 3, 1, 2]))
            .Convolve("t", 4, 3, "c0")
            .Node("Relu", "c0", "l")
            .PoolAndClassify()
            .Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        foreach (var method in new[] { "gradcam", "hirescam", "layercam", "eigencam", "scorecam" })
        {
            var (first, last) = (
                model.Perturb(
                    g.Image(),
                    new ExplainParameters
                    {
                        Method = method,
                        Target = "1",
                        Layer = "t",
                    }
                ),
                model.Perturb(
                    g.Image(),
                    new ExplainParameters
                    {
                        Method = method,
                        Target = "1",
                        Layer = "input",
                    }
                )
            );
            Near.Relative(first.Map.Values, last.Map.Values, 1e-5, method);
        }
    }

    private static (IReadOnlyList<ChannelEvidence>? Channels, IReadOnlyList<float>? Features) Facts(
        Model model,
        TinyGraph g,
        ExplainParameters parameters
    )
    {
        var plan = model.Plan(parameters);
        using var study = ExplainPlan.Study(
            [plan],
            g.Image(),
            plan.Targets.Rounds(plan.Targets.Objectives, 2),
            RunContext.Alone(TestContext.Current.CancellationToken)
        );
        return ChannelFacts.Of(plan, study, 0, plan.Run(study, 0, 0).Values);
    }
}
