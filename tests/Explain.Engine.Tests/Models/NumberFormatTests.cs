using Explain.Engine.Catalogue;
using Explain.Engine.Models.Reading;
using static Explain.Autodiff.Graphs.Attributes;
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
        using var loadedModel = net.Load();
        var model = loadedModel.View;
        using var loadedSingle = Net(DataType.Float).Load();
        var single = loadedSingle.View;

        var guess = model.Description.Guesses.Single(g => g.What == "precision");
        Assert.Equal("float32", guess.Value);
        Assert.Contains(real.ToString().ToLowerInvariant(), guess.Reason);
        Assert.Equal(
            real switch
            {
                DataType.Float16 => "FP16",
                DataType.Bfloat16 => "BF16",
                _ => "FP64",
            },
            model.Description.Inputs.Single().DataType
        );
        Assert.Equal("FP32", model.Description.Outputs.Single().DataType);
        Assert.Equal(single.Description.Layer, model.Description.Layer);
        // What the weights lost when they were stored: 11 or 8 bits are left of each.
        var tolerance = real switch
        {
            DataType.Float16 => 2e-3,
            DataType.Bfloat16 => 2e-2,
            _ => 1e-6,
        };
        foreach (var method in new[] { "gradcam", "cam", "layercam", "saliency", "fullgrad", "scorecam" })
        {
            var (answer, expected) = (model.Explain(net.Image(), method), single.Explain(net.Image(), method));
            Near.Relative(expected.Map.Values, answer.Map.Values, tolerance, $"{method} of {real}");
            Near.Relative(expected.Logits.Values, answer.Logits.Values, tolerance, $"scores of {real}");
        }
    }

    [Fact]
    public void TheScoresAreThoseOfTheUntouchedHalfPrecisionModel()
    {
        var net = Net(DataType.Float16);
        using var loadedModel = net.Load();
        var model = loadedModel.View;
        var untouched = Runtime.Run(net.Build(), net.Feeds)["scores"];
        Near.Relative(untouched.Floats, model.Explain(net.Image()).Logits.Values, 2e-3, "scores");
    }

    [Fact]
    public void HalfPrecisionWithinFloat32EdgesIsExplained()
    {
        var net = new TinyGraph(known: Known.AllButBatch)
            .Input("x", 2, 3, 5, 6)
            .Node("Cast", "x", "h", Of("to", 10))
            .Weight("k", Tensor.Normal([4, 3, 3, 3], 1), DataType.Float16)
            .Node("Conv", "h k", "c")
            .Node("Relu", "c", "l")
            .Node("GlobalAveragePool", "l", "p")
            .Node("Flatten", "p", "f")
            .Weight("w", Tensor.Normal([4, 3], 2), DataType.Float16)
            .Node("MatMul", "f w", "m")
            .Node("Cast", "m", "scores", Of("to", 1))
            .Output("scores");
        using var loadedModel = net.Load();
        var model = loadedModel.View;
        Assert.Equal("l", model.Description.Layer);
        var answer = model.Explain(net.Image());
        Near.Relative(Runtime.Run(net.Build(), net.Feeds)["scores"].Floats, answer.Logits.Values, 2e-3, "scores");
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
            using var loadedInside = net.Load();
            var inside = loadedInside.View;
            using var loadedOutside = ModelLoader.Load(
                ModelSource.FromPath(folder.FullName),
                Tiny.Sessions,
                TestContext.Current.CancellationToken
            );
            var outside = loadedOutside.View;
            foreach (var method in new[] { "gradcam", "cam", "saliency", "fullgrad" })
            {
                Near.Relative(
                    inside.Explain(net.Image(), method).Map.Values,
                    outside.Explain(net.Image(), method).Map.Values,
                    1e-6,
                    method
                );
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void TheHalfPrecisionSqueezeNetHasTheMapOfTheFloat32One()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var (half, single) = (
            RealMaps.Explain(RealMaps.Folder("squeezenet1.1-fp16"), "kitten_224.png"),
            RealMaps.Explain(RealMaps.Folder("squeezenet1.1"), "kitten_224.png")
        );
        TestContext.Current.TestOutputHelper!.WriteLine($"cosine {half.CosineTo(single):F6}, classes {half.Class} and {single.Class}");
        Assert.Equal(single.Class, half.Class);
        Assert.InRange(half.CosineTo(single), 0.9999, 1.000001);
        var probabilities = new float[half.Logits.Values.Length];
        System.Numerics.Tensors.TensorPrimitives.SoftMax<float>(half.Logits.Values, probabilities);
        // As the file stands, ONNX Runtime rounds every tensor to 11 bits.
        Near.Absolute(RealMaps.Untouched(RealMaps.Folder("squeezenet1.1-fp16"), half.Input), probabilities, 5e-3, "probabilities");
    }

    private static TinyGraph Net(DataType real) =>
        new TinyGraph(real, Known.AllButBatch)
            .Input("x", 2, 3, 5, 6)
            .Convolve("x", 4, 3, "c0")
            .Node("Relu", "c0", "l")
            .PoolAndClassify()
            .Output("scores");
}
