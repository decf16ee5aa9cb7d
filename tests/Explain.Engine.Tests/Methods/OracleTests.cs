using Explain.Engine.Methods;
using Explain.Engine.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests.Methods;

/// <summary>Activations, gradients and maps against PyTorch and pytorch-grad-cam.</summary>
public sealed class OracleTests
{
    // Operators that no rule covers yet; cases that need one to reach their layer, or that have token or segmentation outputs, wait for them.
    private static readonly HashSet<string> Waiting = ["act_zoo", "fcn_seg", "vit", "shufflenetv2"];

    private static readonly Dictionary<string, string> Methods = new()
    {
        ["gradcam"] = "GradCAM",
        ["gradcam++"] = "GradCAMPlusPlus",
        ["xgradcam"] = "XGradCAM",
        ["layercam"] = "LayerCAM",
        ["hirescam"] = "HiResCAM",
    };

    public static TheoryData<string> Cases => [.. Indices()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void ActivationsGradientsAndMapsEqualTheReference(string name)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var c = OracleCase.All.Single(o => o.ToString() == name);
        using var model = ModelLoader.Load(ModelSource.FromPath(c.ModelFile) with { Open = f => f == Path.GetFileName(c.ModelFile) ? File.OpenRead(c.ModelFile) : null },
            new SessionFactory(new EngineOptions { Device = Device.Cpu }, NullLogger.Instance));
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

    private static IEnumerable<string> Indices() =>
        OracleCase.All.Count == 0 ? ["none"] : OracleCase.All.Select(c => c.ToString()).Where(n => !Waiting.Contains(n.Split(' ')[0]));

    private static void Near(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        var (difference, norm) = (0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow(expected[i] - actual[i], 2);
            norm += Math.Pow(expected[i], 2);
        }
        var relative = norm == 0 ? Math.Sqrt(difference) : Math.Sqrt(difference / norm);
        Assert.True(relative <= tolerance, $"{what}: relative L2 difference {relative:E2}, allowed {tolerance:E0}");
    }
}
