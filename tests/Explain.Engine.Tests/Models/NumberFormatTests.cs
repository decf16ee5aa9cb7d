using Explain.Autodiff;
using Explain.Engine.Images;
using Explain.Engine.Models;
using static Explain.Autodiff.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Engine.Tests.Models;

/// <summary>Models that compute in other precisions are explained as the same model in float32 is.</summary>
public sealed class NumberFormatTests
{
    public static TheoryData<DataType> Formats => [DataType.Float16, DataType.Bfloat16, DataType.Double];

    [Theory, MemberData(nameof(Formats))]
    public void AModelOfAnotherPrecisionIsExplainedInFloat32(DataType real)
    {
        var net = Net(real);
        using var model = net.Load();
        using var single = Net(DataType.Float).Load();

        var guess = model.Description.Guesses.Single(g => g.What == "precision");
        Assert.Equal("float32", guess.Value);
        Assert.Contains(real.ToString().ToLowerInvariant(), guess.Reason);
        Assert.Equal("FP32", model.Description.Inputs.Single().DataType);
        Assert.Equal(single.Description.Layer, model.Description.Layer);
        // What the weights lost when they were stored: 11 or 8 bits are left of each.
        var tolerance = real switch { DataType.Float16 => 2e-3, DataType.Bfloat16 => 2e-2, _ => 1e-6 };
        foreach (var method in new[] { "gradcam", "cam", "layercam", "saliency", "fullgrad", "scorecam" })
        {
            var (answer, expected) = (model.Explain(net.Picture(), method), single.Explain(net.Picture(), method));
            Near.Relative(expected.Map.Values, answer.Map.Values, tolerance, $"{method} of {real}");
            Near.Relative(expected.Scores!.Values, answer.Scores!.Values, tolerance, $"scores of {real}");
        }
    }

    [Fact]
    public void TheScoresAreThoseOfTheUntouchedHalfPrecisionModel()
    {
        var net = Net(DataType.Float16);
        using var model = net.Load();
        var untouched = Runtime.Run(net.Build(), net.Feeds)["scores"];
        Near.Relative(untouched.Floats, model.Explain(net.Picture()).Scores!.Values, 2e-3, "scores");
    }

    [Fact]
    public void HalfPrecisionWithinFloat32EdgesIsExplained()
    {
        var net = new TinyGraph(known: Known.AllButBatch).Input("x", 2, 3, 5, 6).Node("Cast", "x", "h", Of("to", 10)).Weight("k", Tensor.Normal([4, 3, 3, 3], 1), DataType.Float16)
            .Node("Conv", "h k", "c").Node("Relu", "c", "l").Node("GlobalAveragePool", "l", "p").Node("Flatten", "p", "f").Weight("w", Tensor.Normal([4, 3], 2), DataType.Float16)
            .Node("MatMul", "f w", "m").Node("Cast", "m", "scores", Of("to", 1)).Output("scores");
        using var model = net.Load();
        Assert.Equal("l", model.Description.Layer);
        var answer = model.Explain(net.Picture());
        Near.Relative(Runtime.Run(net.Build(), net.Feeds)["scores"].Floats, answer.Scores!.Values, 2e-3, "scores");
        Assert.Contains(answer.Map.Values, v => v != 0);
    }

    [Fact]
    public void HalfPrecisionWeightsBesideTheFileAreCastWhenTheyAreRead()
    {
        var net = Net(DataType.Float16);
        var folder = Directory.CreateTempSubdirectory("explain-half");
        try
        {
            ExternalWeights.Write(net.Build(), folder.FullName);
            using var inside = net.Load();
            using var outside = ModelLoader.Load(ModelSource.FromPath(folder.FullName), Tiny.Sessions);
            foreach (var method in new[] { "gradcam", "cam", "saliency", "fullgrad" })
                Near.Relative(inside.Explain(net.Picture(), method).Map.Values, outside.Explain(net.Picture(), method).Map.Values, 1e-6, method);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task TheHalfPrecisionSqueezeNetHasTheMapOfTheFloat32One()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var (half, single) = (await RealMaps.Explain("squeezenet1.1-fp16", "kitten_224.png"), await RealMaps.Explain("squeezenet1.1", "kitten_224.png"));
        var cosine = RealMaps.Cosine(half.Map, single.Map);
        TestContext.Current.TestOutputHelper!.WriteLine($"cosine {cosine:F6}, {half.Class} {half.Probability:F4} against {single.Class} {single.Probability:F4}");
        Assert.Equal(single.Class, half.Class);
        Assert.InRange(half.Probability, single.Probability - 0.01, single.Probability + 0.01);
        Assert.InRange(cosine, 0.999, 1.000001);
    }

    private static TinyGraph Net(DataType real) => new TinyGraph(real, Known.AllButBatch).Input("x", 2, 3, 5, 6).Convolve("x", 4, 3, "c0").Node("Relu", "c0", "l").PoolAndClassify().Output("scores");
}
