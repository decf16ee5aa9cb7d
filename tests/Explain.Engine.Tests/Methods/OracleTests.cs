using Explain.Engine.Methods;

namespace Explain.Engine.Tests.Methods;

/// <summary>Activations, gradients and maps against PyTorch and pytorch-grad-cam.</summary>
public sealed class OracleTests
{
    // Operators that no rule covers yet; cases that need one to reach their layer, or that have token or segmentation outputs, wait for them.
    private static readonly HashSet<string> Waiting = ["act_zoo", "fcn_seg", "vit"];

    private static readonly Dictionary<string, string> Methods = new()
    {
        ["gradcam"] = "GradCAM",
        ["gradcam++"] = "GradCAMPlusPlus",
        ["xgradcam"] = "XGradCAM",
        ["layercam"] = "LayerCAM",
        ["hirescam"] = "HiResCAM",
    };

    public static TheoryData<string> Cases => [.. Names("gradients.npy")];

    public static TheoryData<string> SaliencyCases => [.. Names("saliency.npy")];

    public static TheoryData<string> CamCases => [.. Names("torchcam.CAM.raw.npy")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void ActivationsGradientsAndMapsEqualTheReference(string name)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var c = OracleCase.All.Single(o => o.ToString() == name);
        using var model = Tiny.LoadFile(c.ModelFile);
        var (shape, values) = c.Array("input.npy");
        var weights = Enumerable.Repeat(1f, c.Classes.Length).ToArray();
        using var evidence = Evidence.ForRows(model, new FloatTensor(shape, values), c.TargetValue, Autodiff.ScoreFunction.Logit, c.Classes, weights, true, TestContext.Current.CancellationToken);

        Near(c.Array("logits.npy").Values, evidence.Logits.Values, 1e-4, "logits");
        Near(c.Array("activations.npy").Values, evidence.Activations.Values, 1e-4, "activations");
        Near(c.Array("gradients.npy").Values, evidence.Gradients[0].Values, 1e-4, "gradients");
        foreach (var (id, reference) in Methods)
        {
            if (!c.Has($"{reference}.raw.npy")) continue;
            var maps = Enumerable.Range(0, (int)shape[0]).Select(n => MapBuilder.Build(MethodTable.Find(id), evidence.Activations, evidence.Gradients[0], [], n, null).Map).ToArray();
            Near(c.Array($"{reference}.raw.npy").Values, maps.SelectMany(m => m.Values).ToArray(), 1e-3, id);
            if (!c.Has($"{reference}.map.npy")) continue;
            var heat = maps.SelectMany(m => MapBuilder.Heatmap(m, (int)shape[2], (int)shape[3])).ToArray();
            Assert.InRange(heat.Zip(c.Array($"{reference}.map.npy").Values, (a, b) => Math.Abs(a - b)).Max(), 0, 2e-3);
        }
    }

    [Theory]
    [MemberData(nameof(SaliencyCases))]
    public void TheGradientToTheInputEqualsTheReference(string name)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var c = OracleCase.All.Single(o => o.ToString() == name);
        using var model = Tiny.LoadFile(c.ModelFile);
        Assert.SkipWhen(model.Description.MissingGradients.Count > 0, $"no rule yet for {string.Join(", ", model.Description.MissingGradients.Select(m => m.Operator).Distinct())}");
        var (shape, values) = c.Array("input.npy");
        var expected = c.Array("saliency.npy").Values;
        // A row may lie closer to a kink of some ReLU than the rounding of a forward pass; then the reference's side of it is found within a millionth of the input.
        var best = Enumerable.Repeat(double.PositiveInfinity, c.Classes.Length).ToArray();
        for (var attempt = 0; attempt < 16 && best.Any(e => e > 1e-4); attempt++)
        {
            var random = new Random(attempt);
            var moved = attempt == 0 ? values : [.. values.Select(v => v + (random.NextSingle() * 2 - 1) * 1e-6f)];
            var query = new TensorQuery(new FloatTensor(shape, moved), new ExplainParameters { Layer = "input" }) { RowTargets = c.Classes };
            var actual = TensorExplainer.Explain(model, query, TestContext.Current.CancellationToken).Gradients!.Values;
            var length = values.Length / best.Length;
            for (var n = 0; n < best.Length; n++) best[n] = Math.Min(best[n], Relative(expected.AsSpan(n * length, length), actual.AsSpan(n * length, length)));
        }
        Assert.All(best, e => Assert.InRange(e, 0, 1e-4));
    }

    [Theory]
    [MemberData(nameof(CamCases))]
    public void TheClosedFormEqualsTheReference(string name)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var c = OracleCase.All.Single(o => o.ToString() == name);
        using var model = Tiny.LoadFile(c.ModelFile);
        var (shape, values) = c.Array("input.npy");
        var query = new TensorQuery(new FloatTensor(shape, values), new ExplainParameters { Method = "cam", Layer = c.TargetValue }) { RowTargets = c.Classes };
        Near(c.Array("torchcam.CAM.raw.npy").Values, TensorExplainer.Explain(model, query, TestContext.Current.CancellationToken).Map.Values, 1e-3, "cam");
    }

    private static IEnumerable<string> Names(string file) =>
        OracleCase.All.Count == 0 ? ["none"] : OracleCase.All.Where(c => c.Has(file)).Select(c => c.ToString()).Where(n => !Waiting.Contains(n.Split(' ')[0]));

    private static void Near(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        var relative = Relative(expected, actual);
        Assert.True(relative <= tolerance, $"{what}: relative L2 difference {relative:E2}, allowed {tolerance:E0}");
    }

    private static double Relative(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var (difference, norm) = (0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow(expected[i] - actual[i], 2);
            norm += Math.Pow(expected[i], 2);
        }
        return norm == 0 ? Math.Sqrt(difference) : Math.Sqrt(difference / norm);
    }
}
