using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>Gradients where the derivative has a kink, worked out by hand: PyTorch's choices.</summary>
public class TiesTests
{
    private const double SmallestNormal = 1.17549435e-38;
    private const double Largest = float.MaxValue;

    public static TheoryData<DataType, bool> Forms => [(DataType.Float, false), (DataType.Float, true), (DataType.Double, false)];

    [Theory, MemberData(nameof(Forms))]
    public void ReluPassesNothingAtZero(DataType element, bool optimised) =>
        Assert.Equal([0, 0, 0, 5], Gradient("Relu", element, optimised, Tensor.Of([4], -1, -0.0, 0, 1), [2, 3, 4, 5]));

    [Theory, MemberData(nameof(Forms))]
    public void ReluPassesExactlyEverythingAtTheSmallestNumbersAboveZero(DataType element, bool optimised) =>
        Assert.Equal(
            [0.1f, 0.3f, -7, 1],
            Gradient("Relu", element, optimised, Tensor.Of([4], SmallestNormal, 1e-30, 1e-20, 1e-10), [0.1f, 0.3f, -7, 1])
        );

    [Theory, MemberData(nameof(Forms))]
    public void ReluPassesExactlyEverythingAtTheLargestNumbers(DataType element, bool optimised) =>
        Assert.Equal([0.1f, 0], Gradient("Relu", element, optimised, Tensor.Of([2], Largest, -Largest), [0.1f, 3]));

    [Theory, InlineData(false), InlineData(true)]
    public void LeakyReluHasTheSlopeOfNegativeNumbersAtZero(bool optimised)
    {
        var gradient = Gradient(
            "LeakyRelu",
            DataType.Float,
            optimised,
            Tensor.Of([5], -1, 0, SmallestNormal, 1, Largest),
            [2, 4, 4, 4, 1],
            [Of("alpha", 0.25f)]
        );
        Assert.Equal([0.5, 1, 4, 4, 1], gradient);
    }

    [Theory, MemberData(nameof(Forms))]
    public void ClipPassesNothingAtEitherBound(DataType element, bool optimised) =>
        Assert.Equal(
            [0, 0, 3, 4, 5, 0, 0],
            Gradient(
                "Clip",
                element,
                optimised,
                Tensor.Of([7], -2, -1, -0.99999994f, 0, 5.9999995f, 6, 7),
                [1, 2, 3, 4, 5, 6, 7],
                [],
                Tensor.Of([], -1),
                Tensor.Of([], 6)
            )
        );

    [Theory]
    [InlineData(1e-30f), InlineData(1e-8f), InlineData(0.1f), InlineData(1), InlineData(6), InlineData(255), InlineData(1e10f)]
    [InlineData(1e12f), InlineData(3e38f)]
    public void ClipPassesExactlyEverythingNextToEitherBound(float bound)
    {
        var (inside, outside) = (MathF.BitDecrement(bound), MathF.BitIncrement(bound));
        Assert.All([false, true], optimised =>
            Assert.Equal(
                [0, 0, 0.3f, 0.4f, -0.5f, 0, 0],
                Gradient(
                    "Clip",
                    DataType.Float,
                    optimised,
                    Tensor.Of([7], -outside, -bound, -inside, 0, inside, bound, outside),
                    [0.1f, 0.2f, 0.3f, 0.4f, -0.5f, 0.6f, 0.7f],
                    [],
                    Tensor.Of([], -bound),
                    Tensor.Of([], bound)
                )
            )
        );
    }

    [Theory, MemberData(nameof(Forms))]
    public void ClipAtZeroPassesNothingAtZeroAsAReluDoes(DataType element, bool optimised) =>
        Assert.Equal(
            [0, 0, 3],
            Gradient("Clip", element, optimised, Tensor.Of([3], -1, 0, SmallestNormal), [1, 2, 3], [], Tensor.Of([], 0))
        );

    [Theory, MemberData(nameof(Forms))]
    public void ClipBetweenTheLargestNumbersPassesEverything(DataType element, bool optimised) =>
        Assert.Equal(
            [1, 2, 3],
            Gradient(
                "Clip",
                element,
                optimised,
                Tensor.Of([3], -1e38, 0, 1e38),
                [1, 2, 3],
                [],
                Tensor.Of([], -Largest),
                Tensor.Of([], Largest)
            )
        );

    [Theory, InlineData("Max"), InlineData("Min")]
    public void EqualOperandsPartAMaximum(string op) =>
        Assert.Equal(
            [1, op == "Max" ? 0 : 3, op == "Max" ? 4 : 0],
            Gradient(op, DataType.Float, false, Tensor.Of([3], 5, 1, 7), [2, 3, 4], [], Tensor.Of([3], 5, 2, 6))
        );

    [Theory, MemberData(nameof(Forms))]
    public void MaxPoolGivesEverythingToTheFirstOfEqualMaxima(DataType element, bool optimised)
    {
        var gradient = Gradient(
            "MaxPool",
            element,
            optimised,
            Tensor.Of([1, 1, 3, 3], 1, 1, 1, 1, 1, 1, 1, 1, 1),
            [1, 2, 3, 4],
            [Of("kernel_shape", [2, 2])]
        );
        Assert.Equal([1, 2, 0, 3, 4, 0, 0, 0, 0], gradient);
    }

    [Theory, MemberData(nameof(Forms))]
    public void MaxPoolTakesTheFirstRowBeforeTheFirstColumn(DataType element, bool optimised)
    {
        var gradient = Gradient("MaxPool", element, optimised, Tensor.Of([1, 1, 2, 2], 0, 1, 1, 0), [5], [Of("kernel_shape", [2, 2])]);
        Assert.Equal([0, 5, 0, 0], gradient);
    }

    [Theory, MemberData(nameof(Forms))]
    public void MaxPoolNeverGivesAnythingToThePads(DataType element, bool optimised)
    {
        var gradient = Gradient(
            "MaxPool",
            element,
            optimised,
            Tensor.Of([1, 1, 2, 2], -5, -5, -5, -5),
            [1, 2, 3, 4, 5, 6, 7, 8, 9],
            [Of("kernel_shape", [2, 2]), Of("pads", [1, 1, 1, 1])]
        );
        Assert.Equal([1 + 2 + 4 + 5, 3 + 6, 7 + 8, 9], gradient);
    }

    [Theory, MemberData(nameof(Forms))]
    public void MaxPoolOfSeveralImagesAndChannelsKeepsThemApart(DataType element, bool optimised)
    {
        var gradient = Gradient(
            "MaxPool",
            element,
            optimised,
            Tensor.Of([2, 2, 1, 2], 0, 0, 1, 1, 2, 2, 3, 3),
            [1, 2, 3, 4],
            [Of("kernel_shape", [1, 2])]
        );
        Assert.Equal([1, 0, 2, 0, 3, 0, 4, 0], gradient);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void GlobalMaxPoolGivesEverythingToTheFirstOfEqualMaxima(bool optimised)
    {
        var gradient = Gradient("GlobalMaxPool", DataType.Float, optimised, Tensor.Of([2, 1, 2, 2], 0, 3, 3, 3, -1, -2, -1, -1), [5, 7]);
        Assert.Equal([0, 5, 0, 0, 7, 0, 0, 0], gradient);
    }

    [Fact]
    public void SoftmaxOfEqualNumbersIsDifferentiable()
    {
        var gradient = Gradient("Softmax", DataType.Double, false, Tensor.Of([1, 4], 0, 0, 0, 0), [1, 0, 0, 0]);
        Assert.Equal([0.1875, -0.0625, -0.0625, -0.0625], gradient);
    }

    [Theory]
    [InlineData("Relu")]
    [InlineData("LeakyRelu")]
    [InlineData("Clip")]
    [InlineData("Sigmoid")]
    [InlineData("Tanh")]
    [InlineData("Softplus")]
    [InlineData("Softmax")]
    [InlineData("LogSoftmax")]
    [InlineData("GlobalMaxPool")]
    [InlineData("GlobalAveragePool")]
    [InlineData("ReduceMean")]
    public void NoGradientIsEverNaN(string op)
    {
        double[] awkward =
        [
            Largest,
            -Largest,
            0,
            -0.0,
            SmallestNormal,
            -SmallestNormal,
            1e-45,
            -1e-45,
            1e30,
            -1e30,
            88.8,
            -88.8,
            104,
            -104,
            1,
            -1,
        ];
        foreach (var shape in new long[][] { [1, 1, 16], [1, 16, 1], [16, 1, 1], [2, 2, 4] })
        {
            foreach (var optimised in new[] { false, true })
                Assert.All(Gradient(op, DataType.Float, optimised, Tensor.Of(shape, awkward), null), g => Assert.True(double.IsFinite(g)));
        }
    }

    private static double[] Gradient(
        string op,
        DataType element,
        bool optimised,
        Tensor x,
        double[]? cotangent,
        AttributeProto[]? attributes = null,
        params Tensor[] constants
    )
    {
        // As maps, for which there are operators of the engine's own.
        if (x.Shape is [var count])
            x = x with { Shape = [1, 1, 1, count] };
        var tiny = new TinyGraph(element).Input("x", x);
        for (var i = 0; i < constants.Length; i++)
            tiny.Weight($"c{i}", constants[i]);
        tiny.Node(op, $"x {string.Join(' ', constants.Select((_, i) => $"c{i}"))}", "y", attributes ?? []).Output("y");
        var y = Runtime.Run(tiny.Build(), tiny.Feeds)["y"];
        var dy = cotangent is null ? Tensor.Normal(y.Shape, 5) : Tensor.Of(y.Shape, cotangent);
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = dy };
        var gradient = Runtime.Run(GradientCheck.Backwards(tiny, ["x"]), feeds, optimised)[ExplainGraph.GradientOf("x")].Values;
        Assert.All(Native.Run(GradientCheck.Backwards(tiny, ["x"], native: true), feeds), outputs =>
            Assert.Equal(gradient, outputs[ExplainGraph.GradientOf("x")].Values)
        );
        return gradient;
    }
}
