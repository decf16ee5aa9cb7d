using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Measures;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Measures;

/// <summary>Maps that no method of the engine made, measured beside those of methods.</summary>
public sealed class GivenMapTests : IDisposable
{
    private static readonly string[] OfMethods = ["coherency", "adcc", "arcc", "sensitivity"];

    private readonly LoadedModel _loaded = Tiny.Features().PoolAndClassify().Output("scores").Load();

    [Fact]
    public void AMapThatIsGivenIsMeasuredAsTheMethodsOwnButForWhatOtherImagesAreNeeded()
    {
        var map = Explain(Plan(null)).Single().Map;
        var both = Explain(Plan(new GivenMap("mine", map)));

        Assert.Equal(["gradcam", "mine"], both.Select(e => e.Method));
        Assert.Equal(map.Values, both[1].Map.Values);
        var (own, given) = (Values(both[0]), Values(both[1]));
        Assert.Equal(OfMethods.Order(), own.Keys.Except(given.Keys).Order());
        Assert.All(given, v => Assert.Equal(own[v.Key], v.Value, 1e-12));
    }

    [Fact]
    public void NothingOfTheRequestChangesIt()
    {
        float[] values = [-1, 0, 2, 0.5f, -3, 1];
        var given = new GivenMap("mine", new SaliencyMap(2, 3, values, 0.5f));

        Assert.Equal(values, Explain(Plan(given, Sign.Negative))[1].Map.Values);
        Assert.Equal(values, Explain(Plan(given, null, Smoothing.Aug))[1].Map.Values);
    }

    [Fact]
    public void ItCostsThePicturesAlone()
    {
        var (without, with) = (Plan(null), Plan(new GivenMap("mine", new SaliencyMap(1, 1, [1], 1))));
        var measuring = MeasureTable.Passes(Compat.None, 5 * 6);
        Assert.Equal(without.Sum(p => p.Passes.Forward) + measuring, with.Sum(p => p.Passes.Forward));
        Assert.Equal(without.Sum(p => p.Passes.Backward), with.Sum(p => p.Passes.Backward));

        var before = _loaded.Counts.Totals.Items;
        Explain(without);
        var between = _loaded.Counts.Totals.Items;
        Explain(with);
        Assert.Equal(between - before + measuring, _loaded.Counts.Totals.Items - between);
    }

    public void Dispose() => _loaded.Dispose();

    private IReadOnlyList<ExplainPlan> Plan(GivenMap? given, Sign? sign = null, Smoothing smooth = Smoothing.None)
    {
        var parameters = new ExplainParameters
        {
            Target = "1",
            Faithfulness = true,
            Sign = sign,
            Options = new() { Smooth = smooth },
        };
        var compare = new CompareParameters { Given = given is null ? [] : [given] };
        return Plans.Of(_loaded.View, parameters, compare, Tiny.Images).Single();
    }

    private static RunContext Run => RunContext.Alone(TestContext.Current.CancellationToken);

    private TargetExplanation[] Explain(IReadOnlyList<ExplainPlan> plans)
    {
        var image = new PreparedInput(Tensor.Spread([3, 5, 6], -2, 2, 9).Floats, Geometry.Of(_loaded.Description.Input, 6, 5));
        return [.. GroupExplainer.Explain(plans, image, 1, Run).Explanations.OrderBy(e => e.Plan).Select(e => e.Explanation)];
    }

    private static Dictionary<string, double> Values(TargetExplanation explanation) =>
        MeasureTable.Values(explanation.Faithfulness!).ToDictionary();
}
