using Explain.Engine.Explaining;
using Explain.Engine.Inputs;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Parameters;
using Explain.Engine.Targets;
using Explain.Engine.Telemetry;
using Explain.Engine.Tests.Methods.Perturbation;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Targets;

/// <summary>Every method on targets that are no classes, and on models that take more than an image.</summary>
public sealed class OutputMethodTests
{
    // csharpier-ignore
    private static readonly Dictionary<string, (Func<TinyGraph> Net, string Target)> Cases = new()
    {
        ["a region"] = (() => TinyNets.Segmentation(), """{"output":"logits","index":[1],"region":"predicted"}"""),
        ["a row"] = (() => TinyNets.Detection(), """{"output":"rows","index":["max",2]}"""),
        ["a similarity"] = (() => TinyNets.Embedding(), """{"output":"embedding","similarTo":{"vector":[1,2,-1,0,0.5,3]}}"""),
        ["tokens"] = (() => TinyNets.Caption(), """{"output":"logits","tokens":[4,0,6]}"""),
        ["a value"] = (() => TinyNets.PolicyAndValue(), """{"output":"value"}"""),
        ["an answer"] = (() => TinyNets.Vqa(), "1"),
    };

    private static readonly string[] RuleSets = ["deeplift", "excitation-backprop", "cmwp", "lrp-epsilon", "lrp-gamma", "lrp-alpha1beta0"];

    // What cannot be done for a case, and what is said of it; all other methods must give a map.
    // csharpier-ignore
    private static readonly Dictionary<string, (string[] Methods, string Reason)[]> Refused = new()
    {
        ["a region"] = [(["cam"], "found Resize 'resize/logits'"), (["finercam"], "'logits' holds no class scores")],
        ["a row"] = [(["cam"], "found Transpose 'transpose/rows'"), (["finercam"], "'rows' holds no class scores")],
        ["a similarity"] = [(["finercam"], "'embedding' holds no class scores"), (["cam", .. RuleSets], "closed form for logits only")],
        ["tokens"] = [(["cam"], "found Tanh 'tanh/state'"), (["finercam"], "'logits' holds no class scores"), (RuleSets, "closed form for logits only")],
        ["a value"] = [(["cam"], "found Tanh 'tanh/h'"), (["finercam"], "'value' holds no class scores")],
        ["an answer"] = [(["cam"], "found Mul 'mul/joint'")],
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    public static TheoryData<string> Perturbing =>
        ["rise", "aise", "lime", "kernelshap", "occlusion", "scorecam", "ablationcam", "reciprocam"];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryMethodGivesAMapUnlessItIsRefusedForTheReasonNamed(string name)
    {
        var (net, target) = (Cases[name].Net(), Cases[name].Target);
        using var loadedModel = net.Load();
        var model = loadedModel.View;
        var parameters = Parameters(net, target);
        var reasons = Refused[name].SelectMany(r => r.Methods.Select(m => (m, r.Reason))).ToDictionary();
        foreach (var (method, reason) in reasons)
        {
            var e = Assert.Throws<ExplainException>(() => model.Perturb(net.Image(), parameters with { Method = method }));
            Assert.Equal((method, ExplainError.MethodNotSupported), (method, e.Error));
            Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        }

        var group = TargetGroup.Of(model, parameters, 2, Tiny.Images).Single();
        foreach (var method in MethodTable.All.Select(m => m.Id).Except(reasons.Keys))
        {
            Assert.True(MethodSupportTable.For(group.Model).Single(m => m.Method == method).Supported, method);
            var answer = model.Perturb(
                net.Image(),
                parameters with
                {
                    Method = method,
                    Sign = Sign.Both,
                    Options = parameters.Options with { Samples = 4 },
                }
            );

            Assert.True(answer.Heatmap.Values.All(float.IsFinite), method);
            // Others may find nothing: that no feature map stands out, or that all evidence is against the target.
            if (method is "saliency" or "rise" or "occlusion")
                Assert.True(answer.Map.Values.Distinct().Count() > 1, $"{method} gives the same everywhere");
        }
    }

    [Fact]
    public void PlacesOfAnOutputThatComesAndGoesWithTheImageAreExplainedForTheImageAsItIs()
    {
        var net = TinyNets.SuppressedDetection();
        using var loadedModel = net.Load();
        var model = loadedModel.View;
        var parameters = Parameters(net, """{"output":"boxes","index":[0,4]}""") with { Options = new() { Samples = 20 } };

        foreach (var method in new[] { "gradcam", "saliency", "layercam" })
        {
            Assert.All(model.Perturb(net.Image(), parameters with { Method = method }).Heatmap.Values, v => Assert.True(float.IsFinite(v)));
        }

        foreach (var method in new[] { "rise", "occlusion", "integrated-gradients", "smoothgrad" })
        {
            var e = Assert.Throws<ExplainException>(() => model.Perturb(net.Image(), parameters with { Method = method }));
            Assert.Equal((method, ExplainError.MethodNotSupported), (method, e.Error));
            Assert.Contains("another shape for a changed image", e.Message);
        }
    }

    [Theory]
    [MemberData(nameof(Perturbing))]
    public void VariantsOfAnItemAreFedWhatIsBesideItsImage(string method)
    {
        var net = TinyNets.Vqa();
        using var loadedModel = net.Load();
        var model = loadedModel.View;
        var parameters = Parameters(net, "1") with
        {
            Method = method,
            Sign = Sign.Both,
            Options = new() { Samples = 20 },
        };

        var together = model.Perturb(net.Image(), parameters);

        for (var n = 0; n < 2; n++)
        {
            var question = net.Feeds["question"].ToEngine().Item(n);
            var alone = model.Perturb(
                new FloatTensor([1, 3, 6, 8], net.Image().Item(n)),
                parameters with
                {
                    Inputs = new Dictionary<string, InputTensor> { ["question"] = new([1, 5], question) },
                }
            );
            Near.Relative(alone.Map.Values, together.Map.Item(n), 1e-5, $"item {n}");
        }
    }

    [Fact]
    public void FinerCamIsForClasses()
    {
        using var loadedSegmentation = TinyNets.Segmentation().Load();
        var segmentation = loadedSegmentation.View;
        using var loadedEmbedding = TinyNets.Embedding().Load();
        var embedding = loadedEmbedding.View;

        Assert.Contains("'logits' holds no class scores", MethodSupportTable.For(segmentation).Single(m => m.Method == "finercam").Reason);
        Assert.True(MethodSupportTable.For(embedding).Single(m => m.Method == "finercam").Supported);
        var e = Assert.Throws<ExplainException>(() =>
            embedding.Plan(new ExplainParameters { Method = "finercam", Target = """{"output":"scores","index":[1]}""" })
        );
        Assert.Equal(ExplainError.MethodNotSupported, e.Error);
        Assert.Contains("this target is none", e.Message);
    }

    [Fact]
    public void AllMethodsAreThoseThatEveryTargetHas()
    {
        using var loadedModel = TinyNets.Embedding().Load();
        var model = loadedModel.View;
        var compare = new CompareParameters { Methods = [] };

        var classes = Plans.Of(model, new ExplainParameters(), compare, Tiny.Images).Single().Select(p => p.Method.Info.Id).ToArray();
        var both = Plans.Of(
            model,
            new ExplainParameters { Target = """["predicted",{"output":"embedding","similarTo":{"vector":[1,0,0,0,0,0]}}]""" },
            compare,
            Tiny.Images
        );

        Assert.Equal(2, both.Count);
        Assert.Equal(both[0].Select(p => p.Method.Info.Id), both[1].Select(p => p.Method.Info.Id));
        Assert.Equal(
            ["cam", "cmwp", "deeplift", "excitation-backprop", "finercam", "lrp-alpha1beta0", "lrp-epsilon", "lrp-gamma"],
            classes.Except(both[0].Select(p => p.Method.Info.Id)).Order()
        );
        Assert.Single(both.SelectMany(g => g).Select(p => p.Deadline).Distinct());
    }

    [Fact]
    public void AllMethodsAreThoseThatScoreConventionAndSmoothingAllow()
    {
        using var loadedModel = TinyNets.Embedding().Load();
        var model = loadedModel.View;
        string[] Ids(ExplainParameters asked) =>
            [.. Plans.Of(model, asked, new CompareParameters { Methods = [] }, Tiny.Images).Single().Select(p => p.Method.Info.Id)];

        var contrast = Ids(new ExplainParameters { Target = "0", Score = "contrast:1" });
        Assert.DoesNotContain("finercam", contrast);
        Assert.Contains("lrp-epsilon", contrast);
        Assert.DoesNotContain("cam", Ids(new ExplainParameters { Score = "probability" }));
        Assert.All(Ids(new ExplainParameters { Options = new() { Compat = Compat.TorchCam } }), id =>
            Assert.Contains("torch-cam", MethodTable.Find(id).Info.Compat)
        );
        Assert.DoesNotContain("eigencam", Ids(new ExplainParameters { Options = new() { Smooth = Smoothing.Eigen } }));
    }

    [Fact]
    public void TheCostIsThatOfAllTensors()
    {
        using var loadedModel = TinyNets.Embedding(1).Load();
        var model = loadedModel.View;
        var plans = Plans
            .Of(
                model,
                new ExplainParameters { Method = "gradcam", Target = """[0,1,{"output":"embedding","index":["max"]}]""" },
                null,
                Tiny.Images
            )
            .Select(p => p[0])
            .ToArray();

        var cost = CostEstimator.Of(
            plans,
            Prices.Of([.. plans.Select(p => new[] { p })], new OutputParameters()),
            RunContext.Alone(TestContext.Current.CancellationToken)
        );

        Assert.Equal(new PassCount(2, 0, 3), cost.Passes);
        Assert.Equal(3, cost.Targets);
        Assert.True(cost.Milliseconds > 0);
    }

    private static ExplainParameters Parameters(TinyGraph net, string target) =>
        new()
        {
            Target = target,
            Inputs = net
                .Feeds.Where(f => f.Key != "x")
                .ToDictionary(
                    f => f.Key,
                    f =>
                        f.Key == "tokens"
                            ? new InputTensor(f.Value.Shape, Array.ConvertAll(f.Value.Floats, v => (long)v))
                            : new InputTensor(f.Value.Shape, f.Value.Floats)
                ),
        };
}
