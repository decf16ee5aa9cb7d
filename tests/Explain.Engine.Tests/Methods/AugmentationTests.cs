using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Parameters;
using Explain.Engine.Tests.Methods.Perturbation;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Methods;

/// <summary>Smoothing over six inputs: as it is and mirrored, each times 0.9, 1 and 1.1.</summary>
public sealed class AugmentationTests
{
    private static readonly PixelNet Net = new(2, 3, 6, 7, "Relu", Biases: true, Seed: 11);

    public static TheoryData<string> Layers => ["l1", "l0", "l0,l1"];

    [Theory]
    [MemberData(nameof(Layers))]
    public void TheMapIsTheMeanOfSixHeatMapsThoseOfMirroredInputsMirroredBack(string layer)
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        var (input, parameters) = (
            Net.Input(TensorLayout.Nchw),
            new ExplainParameters
            {
                Method = "gradcam",
                Target = "1",
                Layer = layer,
                Options = new() { Compat = Compat.PytorchGradCam },
            }
        );
        var expected = new float[2 * 6 * 7];
        foreach (var mirrored in (bool[])[false, true])
        {
            foreach (var factor in (float[])[0.9f, 1, 1.1f])
            {
                var seen = input with { Values = [.. (mirrored ? Mirror(input.Values, 7) : input.Values).Select(v => v * factor)] };
                var heat = model.Perturb(seen, parameters).Heatmap.Values;
                expected = [.. expected.Zip(mirrored ? Mirror(heat, 7) : heat, (a, b) => a + b / 6)];
            }
        }

        var answer = model.Perturb(input, parameters with { Options = parameters.Options with { Smooth = Smoothing.Aug } });

        Assert.Equal([2, 6, 7], answer.Map.Shape);
        Near.Absolute(expected, answer.Map.Values, 1e-6, "mean");
    }

    [Fact]
    public void MethodsThatExplainTheInputItselfAreNotSmoothed()
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        foreach (var method in MethodTable.All.Where(m => MethodTable.Find(m.Id).OfInput))
        {
            var e = Assert.Throws<ExplainException>(() =>
                model.Perturb(
                    Net.Input(TensorLayout.Nchw),
                    new ExplainParameters
                    {
                        Method = method.Id,
                        Options = new() { Smooth = Smoothing.Aug },
                    }
                )
            );
            Assert.Equal(ExplainError.InvalidParameter, e.Error);
            Assert.EndsWith("allowed: none", e.Errors["smooth"].Single());
        }
    }

    [Fact]
    public void SixInputsCostSixTimesAsMuch()
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        PassCount Passes(string method, Smoothing smooth) =>
            Prices
                .Of(
                    [
                        [
                            model.Plan(
                                new ExplainParameters
                                {
                                    Method = method,
                                    Options = new() { Smooth = smooth },
                                }
                            ),
                        ],
                    ],
                    new OutputParameters()
                )
                .Passes;

        Assert.Equal(new PassCount(1, 0, 1), Passes("gradcam", Smoothing.None));
        Assert.Equal(new PassCount(1 + 6, 0, 6), Passes("gradcam", Smoothing.Aug));
        var plain = Passes("scorecam", Smoothing.None).Forward - 1;
        Assert.Equal(new PassCount(1 + 6 * (plain + 1), 0, 0), Passes("scorecam", Smoothing.Aug));
    }

    [Fact]
    public void ChannelsBelongToOneInput()
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;

        var e = Assert.Throws<ExplainException>(() =>
            model.Plan(
                new ExplainParameters
                {
                    Channels = true,
                    Options = new() { Smooth = Smoothing.Aug },
                }
            )
        );

        Assert.Contains("several inputs", e.Errors["include"].Single());
    }

    [Fact]
    public void ChannelsLastGiveTheSameMap()
    {
        using var loadedFirst = Net.Load();
        var first = loadedFirst.View;
        using var loadedLast = Net.Load(TensorLayout.Nhwc);
        var last = loadedLast.View;
        var parameters = new ExplainParameters
        {
            Method = "layercam",
            Target = "0",
            Options = new() { Smooth = Smoothing.Aug },
        };

        Near.Absolute(
            first.Perturb(Net.Input(TensorLayout.Nchw), parameters).Map.Values,
            last.Perturb(Net.Input(TensorLayout.Nhwc), parameters).Map.Values,
            1e-5,
            "map"
        );
    }

    [Fact]
    public void TheMapOfAMirroredInputIsTheMirroredMapAndTheClassIsThatOfTheInputItself()
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        var (input, parameters) = (
            Net.Input(TensorLayout.Nchw),
            new ExplainParameters
            {
                Method = "gradcam",
                Options = new() { Smooth = Smoothing.Aug },
            }
        );

        var answer = model.Perturb(input, parameters);

        var predicted = Enumerable
            .Range(0, 2)
            .Select(n => (long)Array.IndexOf(answer.Logits.Item(n), answer.Logits.Item(n).Max()))
            .ToArray();
        Assert.Equal(model.Perturb(input, parameters, predicted).Map.Values, answer.Map.Values);
        var mirrored = model.Perturb(input with { Values = Mirror(input.Values, 7) }, parameters, predicted).Map.Values;
        Near.Absolute(answer.Map.Values, Mirror(mirrored, 7), 1e-5, "mirrored");
    }

    [Fact]
    public void MethodsThatAddUpNoChannelsHaveNoPrincipalComponentOfThem()
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        foreach (var method in MethodTable.All.Where(m => !MethodTable.Find(m.Id).ByChannel))
        {
            var e = Assert.Throws<ExplainException>(() =>
                model.Perturb(
                    Net.Input(TensorLayout.Nchw),
                    new ExplainParameters
                    {
                        Method = method.Id,
                        Options = new() { Smooth = Smoothing.Eigen },
                    }
                )
            );
            Assert.Equal(ExplainError.InvalidParameter, e.Error);
            Assert.Contains("smooth", e.Errors.Keys);
        }
    }

    private static float[] Mirror(float[] values, int width) => [.. values.Chunk(width).SelectMany(row => row.Reverse())];
}
