using System.Text.Json;
using System.Text.Json.Nodes;
using Explain.Engine.Measures;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using static Explain.Engine.Tests.Measures.Measuring;

namespace Explain.Engine.Tests.Measures;

/// <summary>Each measure where its value is known without the code: nets that are a sum, and maps worked out by hand.</summary>
public sealed class MeasureTests
{
    private const double Near = 1e-5;
    private static readonly float[] Ones = [.. Enumerable.Repeat(1f, 3 * Pixels)];
    private static readonly float[] Image = [.. Enumerable.Range(0, 3 * Pixels).Select(i => (float)Math.Sin(i + 1))];
    private static readonly float[] Weights = [.. Enumerable.Range(0, 3 * Pixels).Select(i => (float)Math.Cos(3 * i) / 10)];
    private static readonly float[] Half = [.. Enumerable.Range(0, Pixels).Select(i => i % 4 < 2 ? 1f : 0)];

    [Fact]
    public void TheTableHasTheFieldsOfTheAnswer() =>
        Assert.Equal(
            typeof(Faithfulness).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Order(),
            MeasureTable.Facts.Select(f => f.Name).Concat(["score", "curves"]).Order()
        );

    [Theory]
    [InlineData(Compat.None)]
    [InlineData(Compat.TorchCam)]
    [InlineData(Compat.OpenvinoXai)]
    public void TheCurveOfASumOfEqualPixelsIsAStraightLine(Compat compat)
    {
        var net = Linear(Ones, Ones);
        using var loaded = net.WithScores("none");

        var found = Of(loaded.View, net.Image(), [.. Enumerable.Range(0, Pixels).Select(i => i / (Pixels - 1f))], compat: compat);

        // Steps of whole pixels that are all taken as equally wide leave the line: 30 steps for 16 pixels, rounded down.
        double[] shown = [.. Enumerable.Range(0, 31).Select(k => 3.0 * (Pixels - Pixels * k / 30))];
        var steps = Enumerable.Range(1, 30).Sum(k => (shown[k] + shown[k - 1]) / 2) / 30;
        var straight = compat != Compat.OpenvinoXai;
        Assert.Equal(straight ? 3 * Pixels / 2.0 : steps, found.Deletion, 1e-4);
        Assert.Equal(straight ? 3 * Pixels / 2.0 : 3 * Pixels - steps, found.Insertion, 1e-4);
        var taken = straight ? Enumerable.Range(0, Pixels + 1).Select(k => 3.0 * (Pixels - k)).ToArray() : shown;
        Assert.Equal(taken, found.Curves.Deletion.Select(s => Math.Round(s, 3)));
        Assert.Equal(taken.Select(s => 3 * Pixels - s), found.Curves.Insertion.Select(s => Math.Round(s, 3)));
    }

    [Fact]
    public void InputTimesGradientOfASumHasNoInfidelityAndLittleSensitivity()
    {
        var net = Linear(Image, Weights);
        using var loaded = net.WithScores("none");

        var found = Explained(loaded, net.Image(), new ExplainParameters { Method = "inputxgradient" });

        Assert.Equal(0, found.Infidelity, 1e-9);
        Assert.Equal(0, found.ScaledInfidelity, 1e-9);
        // The map of x + u differs by w · u: by 0.02 of the weights at most.
        float[] map = [.. Enumerable.Range(0, Pixels).Select(i => Enumerable.Range(0, 3).Sum(c => At(Image, c, i) * At(Weights, c, i)))];
        var most = 0.02 * Norm([.. Enumerable.Range(0, Pixels).Select(i => Enumerable.Range(0, 3).Sum(c => Math.Abs(At(Weights, c, i))))]);
        Assert.InRange(found.Sensitivity!.Value, most / Norm(map) / 10, most / Norm(map));
        Assert.Equivalent(found, Explained(loaded, net.Image(), new ExplainParameters { Method = "inputxgradient" }), strict: true);
    }

    [Fact]
    public void TheGradientOfASumIsTheSameForEveryImage()
    {
        var net = Linear(Image, Weights);
        using var loaded = net.WithScores("softmax");

        var found = Explained(loaded, net.Image(), new ExplainParameters { Method = "saliency" });

        Assert.Equal(0, found.Sensitivity!.Value, 1e-6);
        Assert.Equal(1, found.Coherency!.Value, 1e-6);
    }

    [Fact]
    public void InfidelityIsOfWhatTheMapGivesTooMuchAndScalingForgivesAFactor()
    {
        var net = Linear(Ones, Ones);
        using var loaded = net.WithScores("none");
        float[] heat = [.. Enumerable.Repeat(1f, Pixels)];
        Faithfulness With(float value) => Of(loaded.View, net.Image(), heat, [.. Enumerable.Repeat(value, Pixels)]);

        var (none, right, twice) = (With(0), With(3), With(6));

        Assert.Equal(0, right.Infidelity, 1e-6);
        Assert.True(none.Infidelity > 1);
        Assert.Equal(none.Infidelity, twice.Infidelity, 1e-3);
        Assert.Equal(0, twice.ScaledInfidelity, 1e-6);
        Assert.Equal(none.Infidelity, none.ScaledInfidelity, 1e-9);
        // Squares of one and two pixels a side: three and twelve, squared.
        Assert.InRange(none.Infidelity, 3 * 3, 12 * 12);
    }

    [Fact]
    public void AdccIsTheHarmonicMeanWorkedOutByHand()
    {
        // Probabilities of 1 / (1 + exp(-2 s)): s is 0.4 for the image and 0.2 under the map that shows half of it.
        var net = Linear(Ones, [.. Enumerable.Repeat(0.4f / (3 * Pixels), 3 * Pixels)]);
        using var loaded = net.WithScores("softmax");
        // Three quarters of the left half again, and a quarter of the right: r = 1/2.
        float[] again = [.. Enumerable.Range(0, Pixels).Select(i => i / 4 == 0 ? 1 - Half[i] : Half[i])];

        var found = Of(loaded.View, net.Image(), Half, again: again);

        var (whole, seen) = (1 / (1 + Math.Exp(-0.8)), 1 / (1 + Math.Exp(-0.4)));
        var drop = (whole - seen) / whole;
        Assert.Equal(drop, found.Drop, Near);
        Assert.Equal(.75, found.Coherency!.Value, Near);
        Assert.Equal(.5, found.Complexity, Near);
        Assert.Equal(3 / (1 / .75 + 1 / .5 + 1 / (1 - drop)), found.Adcc!.Value, Near);
        var road = Math.Clamp(2 * found.Road, 0, 1);
        Assert.Equal(3 / (1 / (.75 + 1e-8) + 1 / (.5 + 1e-8) + 1 / (road + 1e-8)), found.Arcc!.Value, 1e-6);
        Assert.Equal(0, found.AverageGain!.Value, Near);
        // A fourth of the map changed sides: 8 of 16 ones, 4 of which differ.
        Assert.Equal(Math.Sqrt(4) / Math.Sqrt(8), found.Sensitivity!.Value, 1e-5);
    }

    [Fact]
    public void AverageGainIsTheShareOfWhatIsLacking()
    {
        // The right half speaks against the class: under the map the score is -0.1 + 0.3.
        var net = Linear(Ones, [.. Enumerable.Range(0, 3 * Pixels).Select(i => (i % 4 < 2 ? 0.2f : -0.3f) / (3 * Pixels / 2))]);
        using var loaded = net.WithScores("softmax");

        var found = Of(loaded.View, net.Image(), Half);

        var (whole, seen) = (1 / (1 + Math.Exp(0.2)), 1 / (1 + Math.Exp(-0.4)));
        Assert.Equal((seen - whole) / (1 - whole), found.AverageGain!.Value, Near);
        Assert.True(found.Increase);
        Assert.Equal(0, found.Drop);
    }

    [Fact]
    public void WhatIsOfProbabilitiesIsMissingWithoutThem()
    {
        var net = Linear(Ones, Ones);
        using var loaded = net.WithScores("none");

        var json = JsonSerializer.Serialize(Of(loaded.View, net.Image(), Half), Json.Options);

        Assert.DoesNotContain("averageGain", json, StringComparison.Ordinal);
        Assert.DoesNotContain("adcc", json, StringComparison.Ordinal);
        Assert.DoesNotContain("arcc", json, StringComparison.Ordinal);
        Assert.Contains("coherency", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Compat.None)]
    [InlineData(Compat.PytorchGradCam)]
    [InlineData(Compat.TorchCam)]
    [InlineData(Compat.Captum)]
    [InlineData(Compat.OpenvinoXai)]
    public void EverythingIsANumberForMapsAndScoresThatSayNothing(Compat compat)
    {
        foreach (var activation in new[] { "none", "softmax" })
        {
            var net = Linear(Ones, new float[3 * Pixels]);
            using var loaded = net.WithScores(activation);
            foreach (var value in new[] { 0f, 1f })
            {
                float[] map = [.. Enumerable.Repeat(value, Pixels)];
                // The serializer throws on what is no number.
                var found = Of(loaded.View, net.Image(), map, compat: compat);
                Assert.NotEmpty(JsonSerializer.Serialize(found, Json.Options));
                Assert.Equal((0, 0, 0.5), (found.Sensitivity, found.Sparseness, found.Coherency));
            }
        }
    }

    [Fact]
    public void AMapThatWasCutShortIsNotComparedWithAWholeOne()
    {
        var net = Linear(Image, Weights);
        using var loaded = net.WithScores("softmax");

        var found = Explained(
            loaded,
            net.Image(),
            new ExplainParameters
            {
                Method = "rise",
                Deadline = TimeSpan.FromMilliseconds(1),
                Options = new() { Samples = 100_000 },
            }
        );

        Assert.Null(found.Sensitivity);
        Assert.Null(found.Coherency);
        Assert.Null(found.Adcc);
        Assert.Null(found.Arcc);
        Assert.NotNull(found.AverageGain);
    }

    [Fact]
    public void EveryMeasureHasTheValueOfItsField()
    {
        var net = Linear(Image, Weights);
        foreach (var activation in new[] { "none", "softmax" })
        {
            using var loaded = net.WithScores(activation);
            var found = Of(loaded.View, net.Image(), Half);
            var fields = JsonSerializer.SerializeToNode(found, Json.Options)!.AsObject();

            Assert.True(fields.Remove("score") && fields.Remove("curves"));
            Assert.Equal(
                fields.Select(f => (f.Key, Number(f.Value!))).Order(),
                MeasureTable.Values(found).Select(v => (v.Key, v.Value)).Order()
            );
        }
    }

    private static double Number(JsonNode value) =>
        value.GetValueKind() switch
        {
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            _ => value.GetValue<double>(),
        };

    private static float At(float[] values, int channel, int pixel) => values[channel * Pixels + pixel];

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(v => (double)v * v));
}
