using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Methods.Perturbation;

/// <summary>Score-CAM and Ablation-CAM against the libraries, with their conventions.</summary>
public sealed class OracleTests(ITestOutputHelper output)
{
    private const double Tolerance = 5e-4;

    // csharpier-ignore
    private static readonly (string Method, Compat Compat, string Reference)[] Peers =
    [
        ("scorecam", Compat.PytorchGradCam, "ScoreCAM"),
        ("scorecam", Compat.TorchCam, "torchcam.ScoreCAM"),
        ("ablationcam", Compat.PytorchGradCam, "AblationCAM"),
        ("ablationcam", Compat.None, "AblationCAM"),
    ];

    // The files of one case differ in form only, which is what other tests are about.
    public static TheoryData<string> Cases =>
        OracleCase.All.Count == 0
            ? ["none"]
            :
            [
                .. OracleCase
                    .All.Where(c => Peers.Any(p => c.Has($"{p.Reference}.raw.npy")))
                    .DistinctBy(c => c.Folder)
                    .Select(c => c.ToString()),
            ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void MapsEqualTheReference(string name)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var c = OracleCase.All.Single(o => o.ToString() == name);
        using var loadedModel = Tiny.LoadFile(c.ModelFile);
        var model = loadedModel.View;
        var (shape, values) = c.Array("input.npy");
        foreach (var (method, compat, reference) in Peers.Where(p => c.Has($"{p.Reference}.raw.npy")))
        {
            var answer = model.Perturb(
                Methods.OracleTests.Query(
                    c,
                    new FloatTensor(shape, values),
                    new ExplainParameters
                    {
                        Method = method,
                        Layer = c.TargetValue,
                        Options = new() { Compat = compat },
                    }
                )
            );

            var raw = c.Array($"{reference}.raw.npy").Values;
            output.WriteLine($"{name} | {method} {compat}: {Near.RelativeDistance(raw, answer.Map.Values):E1}");
            Near.Relative(raw, answer.Map.Values, Tolerance, $"{method} {compat}");
            if (c.Has($"{reference}.map.npy"))
                Near.Absolute(c.Array($"{reference}.map.npy").Values, answer.Heatmap.Values, Tolerance, $"{method} {compat} as shown");
        }
    }
}
