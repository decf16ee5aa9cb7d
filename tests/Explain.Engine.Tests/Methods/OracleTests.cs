using System.Collections.Concurrent;
using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Rules;
using Explain.Engine.Explaining;
using Explain.Engine.Models;
using Explain.Engine.Objectives;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Methods;

/// <summary>Activations, gradients and maps against PyTorch and the libraries built on it.</summary>
public sealed class OracleTests : IClassFixture<OracleTests.LoadedModels>
{
    // In item 1 of this case a value before a ReLU6 is 3e-6, where the two runtimes differ by 1e-5: its gate is open for the one and closed
    // for the other. The reference's side of the kink is found within a millionth of the input.
    private static readonly HashSet<(string Folder, int Item)> AtAKink = [("mobilenetv2", 1)];

    private readonly LoadedModels _models;

    public OracleTests(LoadedModels models)
    {
        _models = models;
    }

    public static TheoryData<string> Cases => [.. Named(_ => true)];

    public static TheoryData<string> CasesWithGradientOfTheInput => [.. Named(c => c.Has("saliency.npy"))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void ActivationsAndGradientsEqualTheReference(string name)
    {
        var (c, model) = Open(name);
        var (shape, values) = c.Array("input.npy");
        IObjective[] objectives = Cotangent(c) is { } cotangent
            ?
            [
                .. c.Classes.Select(
                    (_, n) => new CotangentObjective(ScoreFunction.Logit, cotangent.Item(n)) { Extents = [.. cotangent.Shape.Skip(1)] }
                ),
            ]
            : [.. c.Classes.Select(k => new ClassObjective(Score.Logit, new Target(k)))];

        using var pass = Passes.Backward(
            model,
            new FloatTensor(shape, values),
            [c.TargetValue],
            objectives,
            GradientRules.Plain,
            RunContext.Alone(TestContext.Current.CancellationToken)
        );

        var suffix = c.Layout == "NCHW" ? "" : "_onnx";
        Near.Relative(c.Array("logits.npy").Values, pass.Scores!.Values, 1e-4, "logits");
        Near.Relative(c.Array($"activations{suffix}.npy").Values, pass.Activations[c.TargetValue].Values, 1e-4, "activations");
        Near.Relative(c.Array($"gradients{suffix}.npy").Values, pass.Gradients[c.TargetValue].Values, 1e-4, "gradients");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void MapsAndHeatmapsEqualTheReference(string name)
    {
        var (c, model) = Open(name);
        var (shape, values) = c.Array("input.npy");
        var compared = 0;
        foreach (var (reference, asked) in OracleMaps.All)
        {
            if (!c.Has($"{reference}.raw.npy"))
                continue;
            var answer = model.Explain(Query(c, new FloatTensor(shape, values), Parsed(asked) with { Layer = c.TargetValue }));
            var raw = c.Array($"{reference}.raw.npy");
            Assert.Equal(raw.Shape, answer.Map.Shape);
            Near.Relative(raw.Values, answer.Map.Values, 1e-3, reference);
            compared++;
            if (!c.Has($"{reference}.map.npy"))
                continue;
            var map = c.Array($"{reference}.map.npy");
            Assert.Equal(map.Shape, answer.Heatmap.Shape);
            Near.Absolute(map.Values, answer.Heatmap.Values, 2e-3, $"{reference} as shown");
        }
        Assert.True(compared >= 5, $"only {compared} methods were compared");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ComponentsEqualTheReferenceUpToTheirSign(string name)
    {
        var (c, model) = Open(name);
        var (shape, values) = c.Array("input.npy");
        foreach (var (reference, asked) in OracleMaps.Components)
        {
            if (!c.Has($"{reference}.prerelu.npy"))
                continue;
            var answer = model.Explain(
                Query(c, new FloatTensor(shape, values), Parsed(asked) with { Layer = c.TargetValue, Sign = Sign.Both })
            );
            var (rawShape, raw) = c.Array($"{reference}.prerelu.npy");
            for (var n = 0; n < shape[0]; n++)
            {
                var (expected, found) = (new FloatTensor(rawShape, raw).Item(n), answer.Map.Item(n));
                var distance = Math.Min(
                    Near.RelativeDistance(expected, found),
                    Near.RelativeDistance(expected, Array.ConvertAll(found, v => -v))
                );
                Assert.True(distance <= 1e-3, $"{reference} of {c}, item {n}: relative L2 difference {distance:E2}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(CasesWithGradientOfTheInput))]
    public void GradientsOfTheInputEqualTheReference(string name)
    {
        var (c, model) = Open(name);
        var (shape, values) = c.Array("input.npy");

        var expected = new FloatTensor(shape, c.Array("saliency.npy").Values);
        float[] Gradient(float[] input, int item) =>
            model.Explain(Query(c, new FloatTensor(shape, input), new ExplainParameters { Layer = "input" })).Gradients!.Item(item);
        for (var n = 0; n < shape[0]; n++)
        {
            if (AtAKink.Contains((c.Name, n)))
            {
                Assert.Contains(Enumerable.Range(0, 16), seed =>
                    Near.RelativeDistance(expected.Item(n), Gradient(Moved(values, seed), n)) <= 1e-4
                );
            }
            else
            {
                Near.Relative(expected.Item(n), Gradient(values, n), 1e-4, $"gradient of the input, item {n}");
            }
        }
    }

    private static ExplainParameters Parsed(IReadOnlyDictionary<string, string> asked) =>
        ParameterTable.Parse(ParameterScope.Tensor, asked).Explain;

    private static IEnumerable<string> Named(Func<OracleCase, bool> chosen) =>
        OracleCase.All.Count == 0 ? ["none"] : OracleCase.All.Where(chosen).Select(c => c.ToString());

    internal static bool IsAtAKink(OracleCase c) => AtAKink.Any(k => k.Folder == c.Name);

    internal static TensorQuery Query(OracleCase c, FloatTensor input, ExplainParameters parameters) =>
        Cotangent(c) is { } cotangent
            ? new(input, parameters with { Target = """{"output":"logits"}""" }) { Cotangent = cotangent }
            : new(input, parameters) { ItemTargets = c.Classes };

    // The scalar of a segmentation is the sum of a class's scores over a mask.
    private static FloatTensor? Cotangent(OracleCase c)
    {
        if (c.Kind != "segmentation")
            return null;
        var (shape, _) = c.Array("logits.npy");
        var (_, mask) = c.Array("mask.npy");
        var (classes, area) = ((int)shape[1], (int)(shape[2] * shape[3]));
        return new FloatTensor(
            shape,
            [
                .. Enumerable
                    .Range(0, (int)shape[0] * classes)
                    .SelectMany(i =>
                        mask.Skip(mask.Length / (int)shape[0] * (i / classes))
                            .Take(area)
                            .Select(m => i % classes == c.Classes[i / classes] ? m : 0)
                    ),
            ]
        );
    }

    internal static float[] Moved(float[] values, int seed)
    {
        var random = new Random(seed);
        return [.. values.Select(v => v + (random.NextSingle() * 2 - 1) * 1e-6f)];
    }

    private (OracleCase Case, Model Model) Open(string name)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var c = OracleCase.All.Single(o => o.ToString() == name);
        return (c, _models.Get(c.ModelFile).View);
    }

    /// <summary>Each model file loaded once.</summary>
    public sealed class LoadedModels : IDisposable
    {
        private readonly ConcurrentDictionary<string, LoadedModel> _models = [];

        public void Dispose()
        {
            foreach (var model in _models.Values)
                model.Dispose();
        }

        internal LoadedModel Get(string file) => _models.GetOrAdd(file, Tiny.LoadFile);
    }
}
