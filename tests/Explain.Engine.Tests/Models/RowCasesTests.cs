using Explain.Autodiff.Onnx;
using Explain.Engine.Vocabulary;
using static Explain.Engine.Tests.Models.Cases;
using Tensor = Explain.Testing.Tensor;

namespace Explain.Engine.Tests.Models;

/// <summary>Stored models that take one image a run only, whatever their batch axis says.</summary>
public sealed class RowCasesTests
{
    private static readonly string[] Sampling =
    [
        "occlusion",
        "rise",
        "kernelshap",
        "lime",
        "aise",
        "scorecam",
        "ablationcam",
        "integrated-gradients",
        "smoothgrad",
        "vargrad",
    ];

    private static readonly string[] Mixing =
    [
        "baked-batch-named-dynamic/model",
        "rows-mixed-in-samplers/model",
        "rows-mixed-in-samplers/dynamic-quantised",
    ];

    public static MatrixTheoryData<string, string> SamplingOfMixing => new(Mixing, Sampling);

    public static TheoryData<string> FilesThatMix => [.. Mixing];

    [Theory, MemberData(nameof(SamplingOfMixing))]
    public void SamplesAreThoseOfTheSameGraphMadeForOneImage(string file, string method)
    {
        using var any = Load(file);
        var graph = Read(file);
        graph.Proto.Input[0].Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimValue = 1 };
        using var one = Tiny.LoadAndTry(graph.ToBytes());

        var expected = one.Explain(method).Map.Values;

        Assert.Contains(expected, v => v != 0);
        Near.Relative(expected, any.Explain(method).Map.Values, 1e-5, method);
    }

    [Theory, MemberData(nameof(FilesThatMix))]
    public void AWindowCostsWhatTheRuntimeSaysOfOneImageARun(string file)
    {
        using var loaded = Load(file);
        var image = Image();
        var map = loaded.Explain("occlusion").Map;
        var (width, step) = ((int)map.Shape[^1], (int)map.Shape[^1] / 4);

        var whole = Run(file, image)[1];
        var expected = Enumerable
            .Range(0, 16)
            .Select(n => whole - Run(file, image with { Values = [.. image.Values.Select((v, k) => Window(k) == n ? 0 : v)] })[1]);

        Near.Relative([.. expected], [.. Enumerable.Range(0, 16).Select(n => map.Values[n / 4 * step * width + n % 4 * step])], 1e-4, file);

        static int Window(int k) => k / 32 % 32 / 8 * 4 + k % 32 / 8;
    }

    [Theory, MemberData(nameof(FilesThatMix))]
    public void RowsOfOneRequestAreWhatTheRuntimeSaysOfEachAlone(string file)
    {
        using var loaded = Load(file);
        Tensor[] rows = [Image(), Image() with { Values = Array.ConvertAll(Image().Values, v => 1 - v) }];

        var answer = loaded.Explain("saliency", FloatTensor.Join([.. rows.Select(r => r.ToEngine())]));

        for (var n = 0; n < 2; n++)
        {
            Near.Relative(Run(file, rows[n]), answer.Logits.Item(n), 1e-5, $"row {n}");
            Near.Relative(loaded.Explain("saliency", rows[n].ToEngine()).Map.Values, answer.Map.Item(n), 1e-5, $"row {n}");
        }
    }
}
