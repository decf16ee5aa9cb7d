using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rules;
using Explain.Demo;
using Explain.Engine.Catalogue;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Objectives;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests.Models;

/// <summary>Gradients by operators of the engine's own are those of standard operators.</summary>
public sealed class NativeOperatorTests
{
    private const double Tolerance = 1e-5;
    private const string Demo = "demo";

    private static readonly string[] Names =
    [
        Demo,
        "squeezenet1.1",
        "mobilenetv2-torchvision",
        "resnet20-cifar10-op10",
        "mobilenetv1-025-nhwc",
    ];

    private static readonly int[] OneAndMore = [1, 3];
    private static readonly int[] One = [1];

    private static readonly EngineOptions Options = new() { Device = Device.Cpu, ThreadsPerModel = 2 };
    private static readonly SessionFactory Own = new(Options, NullLogger.Instance);
    private static readonly SessionFactory Standard = new(Options with { NativeOperators = NativeOperators.Off }, NullLogger.Instance);

    // Relevance divides by sums that may be near 0: there a last digit of the forward pass is worth more.
    // csharpier-ignore
    private static readonly (RuleSet Rules, double Tolerance)[] Sets =
    [
        (GradientRules.Plain, Tolerance), (RuleSets.Guided, Tolerance), (RuleSets.Deconvolution, Tolerance),
        (RuleSets.Excitation, Tolerance), (RuleSets.LrpAlpha1Beta0, Tolerance), (RuleSets.LrpEpsilon, 0.01),
    ];

    public static TheoryData<string, string> Models => [.. from model in Names from set in Sets select (model, set.Rules.Name)];

    [Theory, MemberData(nameof(Models))]
    public void AModelHasTheSameGradientsWithAndWithoutThem(string name, string set)
    {
        var (rules, tolerance) = Sets.Single(s => s.Rules.Name == set);
        using var own = Load(name, Own);
        using var standard = Load(name, Standard);
        foreach (var items in own.View.BatchSize is null ? OneAndMore : One)
        {
            var (actual, expected) = (Gradient(own, items, rules), Gradient(standard, items, rules));
            Near.Absolute(expected.Values, actual.Values, tolerance * expected.Values.Max(Math.Abs), $"{items} items");
        }
    }

    [Fact]
    public void TheyServeOnThisMachineWhereItsConvolutionsComputeInBlocks() =>
        Assert.True(Own.Native.Block is 8 or 16 || !System.Runtime.Intrinsics.X86.Avx2.IsSupported, "neither blocks of 8 nor of 16");

    [Fact]
    public void SwitchedOffTheyServeNoModel()
    {
        using var model = Load(Demo, Standard);
        Assert.Null(Standard.Native.Block);
        Assert.False(Standard.Native.Serve(model.Graph));
    }

    [Fact]
    public void AGraphThatDoesNotOpenWithThemIsOpenedWithStandardOperators()
    {
        using var odd = new SessionFactory(Options, NullLogger.Instance) { Native = new NativeSupport(12) };
        using var model = Load(Demo, odd);
        using var standard = Load(Demo, Standard);
        Assert.True(odd.Native.Serve(model.Graph));
        Assert.Equal(Gradient(standard, 1, GradientRules.Plain).Values, Gradient(model, 1, GradientRules.Plain).Values);
    }

    [Fact]
    public void QueriesWithAndWithoutThemHaveSessionsOfTheirOwn()
    {
        var query = new GradientQuery("scores", ["x"]);
        Assert.NotEqual(query.Key, (query with { Native = true }).Key);
    }

    [Fact]
    public void ASecondDerivativeHasNone()
    {
        using var model = Load(Demo, Own);
        var query = new GradientQuery(model.Description.Logit, [model.Description.Input.Name]) { Native = true, Curvature = true };
        Assert.True(ExplainGraph.TryBuild(model.Graph, query, out var graph, out var reason), reason);
        Assert.False(NativeNodes.In(graph));
        Assert.True(ExplainGraph.TryBuild(model.Graph, query with { Curvature = false }, out graph, out reason), reason);
        Assert.True(NativeNodes.In(graph));
    }

    [Fact]
    public async Task RunsAtTheSameTimeDoNotMindEachOther()
    {
        using var model = Load(Demo, Own);
        var expected = Gradient(model, 2, GradientRules.Plain).Values;
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(_ => Task.Run(() => Gradient(model, 2, GradientRules.Plain).Values, TestContext.Current.CancellationToken))
        );
        Assert.All(answers, answer => Assert.Equal(expected, answer));
    }

    private static LoadedModel Load(string name, SessionFactory sessions)
    {
        Assert.SkipWhen(name != Demo && SharedData.Root is null, SharedData.Missing);
        return ModelLoader.Load(
            name == Demo ? DemoAssets.Model : ModelSource.FromPath(SharedData.Path("models", name, "model.onnx")),
            sessions,
            TestContext.Current.CancellationToken
        );
    }

    private static FloatTensor Gradient(LoadedModel loaded, int items, RuleSet rules)
    {
        var model = loaded.View;
        var spec = model.Description.Input;
        long[] image = [.. model.Description.Inputs.Single(i => i.Name == spec.Name).Shape.Skip(1)];
        long[] shape = [items, .. image.Select(d => d > 0 ? d : spec.Height)];
        var input = Tensor.Normal(shape, 3);
        IObjective[] objectives = [.. Enumerable.Range(0, items).Select(i => new ClassObjective(Score.Logit, new Target(i)))];
        using var pass = Passes.Backward(
            model,
            new FloatTensor(shape, [.. input.Values.Select(v => (float)v)]),
            [spec.Name],
            objectives,
            rules,
            RunContext.Alone(TestContext.Current.CancellationToken)
        );
        return pass.Gradients[spec.Name].Copy();
    }
}
