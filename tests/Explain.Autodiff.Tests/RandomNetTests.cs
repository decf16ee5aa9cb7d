using Explain.Autodiff.Backpropagation;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>
/// Random nets of operators of every family, in double precision: along random directions, gradients are central differences of the
/// scores, and their own gradients central differences of gradients.
/// </summary>
public class RandomNetTests
{
    private const int Depth = 4;
    private const double Step = 1e-6;
    private const double Tolerance = 1e-6;

    private static readonly long[] Shape = [2, 4, 4, 4];

    // Each reads a value of the shape above and gives one; b is another, earlier one.
    // csharpier-ignore
    private static readonly (string Name, Action<TinyGraph, string, string, string> Add)[] Steps =
    [
        ("Sin", (g, a, _, y) => g.Node("Sin", a, y)),
        ("Mul", (g, a, b, y) => g.Node("Tanh", a, y + "t").Node("Mul", $"{y}t {b}", y)),
        ("Div", (g, a, b, y) => g.Node("Mul", $"{b} {b}", y + "s").Weight(y + "1", Tensor.Of([], 1)).Node("Add", $"{y}s {y}1", y + "d").Node("Div", $"{a} {y}d", y)),
        ("Softmax", (g, a, _, y) => g.Node("Softmax", a, y, Of("axis", 1))),
        ("Max", (g, a, b, y) => g.Node("Max", $"{a} {b}", y)),
        ("MatMul", (g, a, b, y) => g.Node("MatMul", $"{a} {b}", y + "m").Node("Tanh", y + "m", y)),
        ("Einsum", (g, a, b, y) => g.Node("Einsum", $"{a} {b}", y + "m", Of("equation", "ncii,ncij->nij")).Node("Unsqueeze", $"{y}m {y}1", y + "u").Ints(y + "1", 1).Node("Add", $"{b} {y}u", y)),
        ("LayerNormalization", (g, a, _, y) => g.Weight(y + "w", 4).Node("LayerNormalization", $"{a} {y}w", y)),
        ("ReduceMax", (g, a, _, y) => g.Ints(y + "1", 1).Node("ReduceMax", $"{a} {y}1", y + "r").Node("Sub", $"{a} {y}r", y)),
        ("ReduceLogSumExp", (g, a, _, y) => g.Ints(y + "1", 3).Node("ReduceLogSumExp", $"{a} {y}1", y + "r").Node("Sub", $"{a} {y}r", y)),
        ("CumSum", (g, a, _, y) => g.Ints(y + "1", [], [2]).Node("CumSum", $"{a} {y}1", y)),
        ("ReverseSequence", (g, a, _, y) => g.Ints(y + "l", 3, 2).Node("ReverseSequence", $"{a} {y}l", y, Of("time_axis", 1L), Of("batch_axis", 0L))),
        ("Mod", (g, a, _, y) => g.Weight(y + "m", Tensor.Of([], 1.37)).Node("Mod", $"{a} {y}m", y, Of("fmod", 1L))),
        ("ScatterElements(max)", (g, a, b, y) => g.Ints(y + "i", [2, 4, 1, 4], [.. Enumerable.Range(0, 32).Select(i => (long)(i * 7 % 4))]).Ints(y + "0", 0).Ints(y + "1", 1).Ints(y + "2", 2).Node("Slice", $"{b} {y}0 {y}1 {y}2", y + "u").Node("ScatterElements", $"{a} {y}i {y}u", y, Of("axis", 2L), Of("reduction", "max"))),
        ("ScatterND(mul)", (g, a, b, y) => g.Ints(y + "i", [2, 1], [1, 1]).Node("ScatterND", $"{a} {y}i {b}", y, Of("reduction", "mul"))),
        ("GridSample", (g, a, b, y) => g.Ints(y + "0", 0).Ints(y + "2", 2).Ints(y + "3", 3).Node("Slice", $"{b} {y}0 {y}2 {y}3", y + "g").Node("GridSample", $"{a} {y}g", y, Of("padding_mode", "reflection"))),
        ("DFT", (g, a, b, y) => g.Ints(y + "n", -1).Ints(y + "1", [], [1]).Node("Unsqueeze", $"{a} {y}n", y + "c").Node("DFT", $"{y}c - {y}1", y + "f").Ints(y + "2", [], [1]).Node("Gather", $"{y}f {y}2", y + "r", Of("axis", -1L)).Node("Mul", $"{y}r {b}", y + "m").Node("Tanh", y + "m", y)),
        ("CenterCropPad", (g, a, _, y) => g.Ints(y + "s", 3, 6).Ints(y + "t", 4, 4).Node("CenterCropPad", $"{a} {y}s", y + "c", Of("axes", [2, 3])).Node("CenterCropPad", $"{y}c {y}t", y, Of("axes", [2, 3]))),
        ("SoftmaxCrossEntropyLoss", (g, a, b, y) => g.Ints(y + "t", [2, 4, 4], [.. Enumerable.Range(0, 32).Select(i => (long)(i * 5 % 4))]).Node("SoftmaxCrossEntropyLoss", $"{a} {y}t", y + "l").Node("Mul", $"{b} {y}l", y)),
        ("Compress", (g, a, _, y) => g.Weight(y + "c", Tensor.Of([4], 1, 0, 1, 0), DataType.Bool).Node("Compress", $"{a} {y}c", y + "k", Of("axis", 1L)).Node("Concat", $"{y}k {y}k", y, Of("axis", 1L))),
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 24)];

    [Theory, MemberData(nameof(Seeds))]
    public void GradientsOfEveryOrderAreTheSlopesAlongRandomDirections(int seed)
    {
        var random = new Random(seed);
        int[] chosen = [.. Enumerable.Range(0, Depth).Select(i => i == 0 ? seed % Steps.Length : random.Next(Steps.Length))];
        int[] others = [.. Enumerable.Range(0, Depth).Select(i => random.Next(i + 1))];
        TinyGraph Net(DataType real)
        {
            var g = new TinyGraph(real, Known.Everything, opset: 20).Input("v0", Tensor.Normal(Shape, seed));
            for (var i = 0; i < Depth; i++)
                Steps[chosen[i]].Add(g, $"v{i}", $"v{others[i]}", i == Depth - 1 ? "y" : $"v{i + 1}");
            return g.Output("y");
        }
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", chosen.Select(c => Steps[c].Name)));

        var net = Net(DataType.Double);
        using var forward = new Runtime(net.Build());
        var (x, cotangent, direction) = (net.Feeds["v0"], Tensor.Normal(Shape, seed + 1), Tensor.Normal(Shape, seed + 2));
        var feeds = new Dictionary<string, Tensor>(net.Feeds) { [ExplainGraph.Cotangent] = cotangent };
        var gradient = Runtime.Run(GradientCheck.Backwards(net, ["v0"]), feeds)[ExplainGraph.GradientOf("v0")];
        double At(double by) =>
            forward
                .Run(
                    new Dictionary<string, Tensor>
                    {
                        ["v0"] = x with { Values = [.. x.Values.Zip(direction.Values, (v, d) => v + by * d)] },
                    }
                )["y"]
                .Dot(cotangent);
        var (found, expected) = (gradient.Dot(direction), (At(Step) - At(-Step)) / (2 * Step));
        var size = Math.Sqrt(gradient.Values.Zip(direction.Values, (a, b) => a * b * a * b).Sum());
        Assert.InRange(found - expected, -Tolerance * (size + 1), Tolerance * (size + 1));

        Assert.True(SecondDerivatives.Check(Net, feeds, ["v0"]));
    }

    [Fact]
    public void EveryStepIsTheFirstOfANet() => Assert.True(Seeds.Count >= Steps.Length);
}
