using Explain.Autodiff.Backpropagation;

namespace Explain.Autodiff.Tests;

/// <summary>
/// The gradient of a Swin transformer as torchvision exports it: padded, rolled and parted into windows, attention with a bias by position
/// and a mask, dropout in training mode that drops nothing, and back; layers with GELU, and four tokens merged into one.
/// </summary>
public class SwinTests
{
    private const double Tolerance = 1e-4;

    // Central differences of eighth order, by distance in steps.
    private static readonly double[] Stencil = [4.0 / 5, -1.0 / 5, 4.0 / 105, -1.0 / 280];

    [Theory]
    [InlineData("x", 0.05, 1)]
    [InlineData("x", 0.05, 2)]
    [InlineData("table.1", 0.25, 3)]
    [InlineData("table.2", 0.25, 4)]
    [InlineData("mask.2", 0.25, 5)]
    public void TheGradientIsTheSlopeInAnyDirection(string by, double step, int seed)
    {
        var tiny = SwinNet.Make(given: true);
        using var forward = new Runtime(tiny.Build());
        var cotangent = Tensor.Normal([2, 3], seed);
        var direction = Tensor.Spread(tiny.Feeds[by].Shape, -1, 1, seed);
        double Score(double at)
        {
            var moved = tiny.Feeds[by] with { Values = [.. tiny.Feeds[by].Values.Zip(direction.Values, (v, d) => v + at * d)] };
            return forward.Run(new Dictionary<string, Tensor>(tiny.Feeds) { [by] = moved })["scores"].Dot(cotangent);
        }
        var slope = Stencil.Index().Sum(c => c.Item * (Score((c.Index + 1) * step) - Score(-(c.Index + 1) * step))) / step;

        var feeds = new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = cotangent };
        foreach (var optimised in new[] { false, true })
        {
            var gradient = Runtime.Run(GradientCheck.Backwards(tiny, [by], output: "scores"), feeds, optimised)[
                ExplainGraph.GradientOf(by)
            ];
            var found = gradient.Dot(direction);
            TestContext.Current.TestOutputHelper?.WriteLine($"{found} and {slope}");
            var size = Math.Sqrt(gradient.Values.Zip(direction.Values, (g, d) => g * d * g * d).Sum());
            Assert.NotEqual(0, size);
            Assert.InRange((found - slope) / size, -Tolerance, Tolerance);
        }
    }
}
