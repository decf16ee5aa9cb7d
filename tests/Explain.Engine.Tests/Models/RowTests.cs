using Explain.Engine.Explaining;
using Explain.Engine.Inputs;
using Explain.Engine.Models;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using static Explain.Engine.Tests.Models.RowNets;

namespace Explain.Engine.Tests.Models;

/// <summary>Models whose batch items mind each other: each image, each sample and each row of a request is computed alone.</summary>
public sealed class RowTests
{
    private static readonly string[] OfAllKinds = ["gradcam", "occlusion", "saliency"];

    public static TheoryData<string> Mixing => [.. Before.Keys];

    public static TheoryData<string, string> MixingAndMethods =>
        new(from before in Before.Keys.Take(6) from method in Sampling select (before, method));

    [Theory]
    [MemberData(nameof(Mixing))]
    public void WhatMixesItemsIsFound(string before)
    {
        using var loaded = Tiny.LoadAndTry(Net(Known.AllButBatch, Before[before]).ToBytes());

        Assert.Equal((1, 1, false), (loaded.View.BatchSize, loaded.View.DifferentItems, loaded.View.JoinsRequests));
        var guess = Assert.Single(loaded.Description.Guesses, g => g.What == "batch");
        Assert.Equal("1", guess.Value);
        Assert.EndsWith("every image and every sample has a run of its own", guess.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(MixingAndMethods))]
    public void SamplesAreThoseOfTheModelMadeForOneImage(string before, string method)
    {
        using var any = Tiny.LoadAndTry(Net(Known.AllButBatch, Before[before]).ToBytes());
        using var one = Net(Known.Everything, Before[before], items: 1).Load();
        var image = new FloatTensor([1, 3, 5, 6], Net(Known.AllButBatch, Before[before]).Image().Item(0));
        var asked = Few with { Method = method };

        Assert.Equal(1, one.View.BatchSize);
        Near.Relative(Explained(one, image, asked).Map.Values, Explained(any, image, asked).Map.Values, 1e-5, method);
    }

    [Theory]
    [MemberData(nameof(Mixing))]
    public async Task RowsOfOneRequestAreThoseOfRequestsOfTheirOwn(string before)
    {
        var net = Net(Known.AllButBatch, Before[before]);
        using var loaded = Tiny.LoadAndTry(net.ToBytes());
        var rows = Enumerable.Range(0, 2).Select(n => new FloatTensor([1, 3, 5, 6], net.Image().Item(n))).ToArray();
        rows[1] = rows[1] with { Values = Array.ConvertAll(rows[1].Values, v => 9000 * v) };
        var both = FloatTensor.Join(rows);

        foreach (var method in OfAllKinds)
        {
            var together = Explained(loaded, both, Few with { Method = method });
            for (var n = 0; n < 2; n++)
            {
                var alone = Explained(loaded, rows[n], Few with { Method = method });
                Near.Relative(alone.Logits.Values, together.Logits.Item(n), 1e-6, "logits");
                Near.Relative(alone.Map.Values, together.Map.Item(n), 1e-5, method);
                if (alone.Gradients is { } gradients)
                    Near.Relative(gradients.Values, together.Gradients!.Item(n), 1e-6, "gradients");
            }
        }
        var inferred = await InferAsync(loaded, both);
        for (var n = 0; n < 2; n++)
            Near.Relative((await InferAsync(loaded, rows[n])).Values, inferred.Item(n), 1e-6, $"row {n}");
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("layer normalisation")]
    [InlineData("flattened")]
    [InlineData("maximum of each image")]
    [InlineData("quantised")]
    public void ModelsThatKeepItemsApartTakeManyAtATime(string kind)
    {
        var net = Net(Known.AllButBatch, g => kind switch
            {
                "layer normalisation" => g.Weight("ln", Tensor.Of([6], 1, 2, 1, 2, 1, 2)).Node("LayerNormalization", "x ln", "y"),
                "flattened" => g.Ints("to", 0, -1)
                    .Node("Reshape", "x to", "xf")
                    .Ints("last", 1)
                    .Node("ReduceMean", "xf last", "m")
                    .Node("Sub", "xf m", "d")
                    .Ints("back", 0, 3, 5, 6)
                    .Node("Reshape", "d back", "y"),
                "maximum of each image" => g.Ints("ax", 1, 2, 3).Node("ReduceMax", "x ax", "m").Node("Div", "x m", "y"),
                "quantised" => g.Weight("scale", Tensor.Of([], 0.25))
                    .Weight("zero", Tensor.Of([], 3), Autodiff.Onnx.TensorProto.Types.DataType.Int8)
                    .Node("QuantizeLinear", "x scale zero", "q")
                    .Node("DequantizeLinear", "q scale zero", "y"),
                _ => g.Node("Identity", "x", "y"),
            });
        using var loaded = Tiny.LoadAndTry(net.ToBytes());

        Assert.Equal((null, null, true), (loaded.View.BatchSize, loaded.View.DifferentItems, loaded.View.JoinsRequests));
        Assert.DoesNotContain(loaded.Description.Guesses, g => g.What == "batch");
    }

    private static async Task<FloatTensor> InferAsync(LoadedModel loaded, FloatTensor input)
    {
        var served = new ServedModel(loaded, []);
        Assert.True(served.TryUse());
        using var lease = new ModelLease(served);
        return (
            await Inference.RunAsync(lease, input, InputTensor.None, ["scores"], RunContext.Alone(TestContext.Current.CancellationToken))
        )[0];
    }
}
