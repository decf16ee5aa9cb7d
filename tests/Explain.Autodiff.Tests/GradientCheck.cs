using System.Globalization;
using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rewriting;
using Explain.Autodiff.Rules;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>What an input of a checked node is.</summary>
/// <param name="Add">Adds it to the model under a name.</param>
internal sealed record Operand(Func<TinyGraph, string, TinyGraph> Add)
{
    /// <summary>A model input, differentiated by.</summary>
    public static Operand In(params long[] shape) => new((g, name) => g.Input(name, shape));

    /// <summary>A model input well above 0, differentiated by.</summary>
    public static Operand Positive(params long[] shape) => new((g, name) => g.Input(name, Tensor.Spread(shape, 0.5, 2.5, 50 + name[1])));

    /// <summary>A batch of square matrices that are far from singular, differentiated by.</summary>
    public static Operand WellConditioned(long batch, long size) =>
        new(
            (g, name) =>
                g.Input(
                    name,
                    new Tensor(
                        [batch, size, size],
                        [
                            .. Tensor
                                .Spread([batch, size, size], -1, 1, 50 + name[1])
                                .Values.Select((v, i) => i % (size * size) % (size + 1) == 0 ? v + 4 : v),
                        ]
                    )
                )
        );

    /// <summary>A constant.</summary>
    public static Operand Weight(params long[] shape) => new((g, name) => g.Weight(name, shape));

    /// <summary>A constant with given values.</summary>
    public static Operand Values(long[] shape, params double[] values) => new((g, name) => g.Weight(name, Tensor.Of(shape, values)));

    /// <summary>A constant of single precision, whatever precision the model has.</summary>
    public static Operand Singles(params double[] values) =>
        new((g, name) => g.Weight(name, Tensor.Of([values.Length], values), DataType.Float));

    /// <summary>A constant above 0.</summary>
    public static Operand PositiveWeight(params long[] shape) => new((g, name) => g.Weight(name, Tensor.Spread(shape, 0.5, 2.5, 60)));

    /// <summary>An int64 vector.</summary>
    public static Operand Ints(params long[] values) => new((g, name) => g.Ints(name, values));

    /// <summary>An int64 tensor.</summary>
    public static Operand Indices(long[] shape, params long[] values) => new((g, name) => g.Ints(name, shape, values));
}

/// <summary>Compares gradients with central differences of the forward graph itself, run in ONNX Runtime.</summary>
internal static class GradientCheck
{
    private const double FloatTolerance = 2e-6;
    private const double DoubleTolerance = 1e-9;
    private const double DoubleStep = 1e-5;

    /// <summary>Checks one node.</summary>
    /// <param name="op">Operator.</param>
    /// <param name="inputs">Inputs; null is left out.</param>
    /// <param name="attributes">Attributes.</param>
    /// <param name="least">The least that must be known of shapes.</param>
    /// <param name="opset">Opset.</param>
    /// <param name="floatStep">Step of the differences where only float32 runs: 1 where the operator is linear.</param>
    /// <param name="same">For an operator that has no kernel in double precision: the same function of the same inputs, x0 and so on, in
    /// operators that have, to y.</param>
    /// <param name="precise">Whether the operator's kernel in double precision computes in it.</param>
    public static void Check(
        string op,
        Operand?[] inputs,
        AttributeProto[]? attributes = null,
        Known least = Known.Nothing,
        long opset = Upgrade.Floor,
        double floatStep = 1,
        Action<TinyGraph>? same = null,
        bool precise = true
    )
    {
        TinyGraph Operands(TinyGraph g)
        {
            for (var i = 0; i < inputs.Length; i++)
                inputs[i]?.Add(g, $"x{i}");
            return g;
        }
        Check(
            g => Operands(g).Node(op, string.Join(' ', inputs.Select((x, i) => x is null ? "-" : $"x{i}")), "y", attributes ?? []),
            least,
            opset,
            floatStep,
            same is null ? null : g => same(Operands(g)),
            precise: precise
        );
    }

    /// <summary>Checks an operator that is a function of one number and has no kernel in double precision.</summary>
    public static void CheckFunction(
        string op,
        Func<double, double> function,
        Operand input,
        AttributeProto[]? attributes = null,
        long opset = Upgrade.Floor
    ) =>
        Check(
            g => input.Add(g, "x0").Node(op, "x0", "y", attributes ?? []),
            Known.Nothing,
            opset,
            (y, feeds, cotangent) =>
            {
                var x = feeds["x0"];
                Assert.InRange(y.DistanceTo(x with { Values = [.. x.Values.Select(function)] }), 0, 1e-6);
                return new()
                {
                    ["x0"] = x with
                    {
                        Values =
                        [
                            .. x.Values.Select(
                                (v, i) => cotangent.Values[i] * (function(v + DoubleStep) - function(v - DoubleStep)) / (2 * DoubleStep)
                            ),
                        ],
                    },
                };
            }
        );

    /// <summary>Checks a model whose output is y, once more with its second derivatives if it is curved where it is checked.</summary>
    public static void Check(
        Action<TinyGraph> describe,
        Known least = Known.Nothing,
        long opset = Upgrade.Floor,
        double floatStep = 1,
        Action<TinyGraph>? same = null,
        bool precise = true,
        bool curved = true
    ) =>
        Check(
            describe,
            least,
            opset,
            (y, feeds, cotangent) =>
            {
                using var wide =
                    same is not null ? new Runtime(Make(same, DataType.Double, Known.Everything, opset).Build())
                    : precise ? Runtime.OpenIfThereAreKernels(Make(describe, DataType.Double, Known.Everything, opset).Build())
                    : null;
                using var forward = new Runtime(Make(describe, DataType.Float, Known.Everything, opset).Build());
                if (same is not null)
                    Assert.InRange(wide!.Run(feeds)["y"].DistanceTo(y), 0, 1e-6);
                return Differences(wide ?? forward, feeds, cotangent, wide is null ? floatStep : DoubleStep);
            },
            precise,
            curved
        );

    private static TinyGraph Make(Action<TinyGraph> describe, DataType real, Known known, long opset)
    {
        var graph = new TinyGraph(real, known, opset);
        describe(graph);
        return graph.Output("y");
    }

    private static void Check(
        Action<TinyGraph> describe,
        Known least,
        long opset,
        Func<Tensor, IReadOnlyDictionary<string, Tensor>, Tensor, Dictionary<string, Tensor>> differences,
        bool precise = true,
        bool curved = true
    )
    {
        var single = Make(describe, DataType.Float, Known.Everything, opset);
        var wanted = single.Feeds.Keys.ToArray();
        var y = Runtime.Run(single.Build(), single.Feeds)["y"];
        var cotangent = Tensor.Normal(y.Shape, 7);
        var feeds = new Dictionary<string, Tensor>(single.Feeds) { [ExplainGraph.Cotangent] = cotangent };
        using var wide = precise ? Runtime.OpenIfThereAreKernels(Make(describe, DataType.Double, Known.Everything, opset).Build()) : null;
        var expected = differences(y, single.Feeds, cotangent);

        var ranIn64 = false;
        var (worst32, worst64) = (0.0, 0.0);
        for (var known = Known.Everything; known >= least; known--)
        {
            using var gradient = new Runtime(Backwards(Make(describe, DataType.Float, known, opset), wanted));
            worst32 = Math.Max(worst32, Compare(gradient.Run(feeds), expected, y));
            if (wide is null || known == Known.Nothing)
                continue;
            using var gradient64 = Runtime.OpenIfThereAreKernels(Backwards(Make(describe, DataType.Double, known, opset), wanted));
            if (gradient64 is null)
                continue;
            ranIn64 = true;
            worst64 = Math.Max(worst64, Compare(gradient64.Run(feeds), expected, wide.Run(feeds)["y"]));
        }
        worst32 = Math.Max(worst32, Compare(Runtime.Run(Backwards(single, wanted), feeds, optimised: true), expected, y));
        foreach (var outputs in Native.Run(Backwards(single, wanted, native: true), feeds))
            worst32 = Math.Max(worst32, Compare(outputs, expected, y));
        if (curved)
            SecondDerivatives.Check(real => Make(describe, real, (Known)Math.Max((int)least, (int)Known.Ranks), opset), feeds, wanted);

        var name = TestContext.Current.TestCase?.TestMethodName;
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: gradient error {worst32:E1} in float32, {(ranIn64 ? $"{worst64:E1}" : "no kernel")} in float64"
            )
        );
        Assert.InRange(worst32, 0, FloatTolerance);
        Assert.InRange(worst64, 0, DoubleTolerance);
    }

    /// <summary>The central differences of Σ cotangent · output by every feed.</summary>
    public static Dictionary<string, Tensor> Differences(
        Runtime forward,
        IReadOnlyDictionary<string, Tensor> feeds,
        Tensor cotangent,
        double step,
        string output = "y"
    )
    {
        double Scalar(string name, Tensor moved) =>
            forward.Run(new Dictionary<string, Tensor>(feeds) { [name] = moved })[output].Dot(cotangent);
        return feeds.ToDictionary(
            f => f.Key,
            f =>
                f.Value with
                {
                    Values =
                    [
                        .. f.Value.Values.Select(
                            (_, i) => (Scalar(f.Key, f.Value.Moved(i, step)) - Scalar(f.Key, f.Value.Moved(i, -step))) / (2 * step)
                        ),
                    ],
                }
        );
    }

    /// <summary>The model with its backward pass: the output and one gradient a wanted value.</summary>
    public static Graph Backwards(
        TinyGraph tiny,
        IReadOnlyCollection<string> wanted,
        RuleSet? rules = null,
        string output = "y",
        bool native = false
    )
    {
        var graph = tiny.Prepare();
        graph.TakesNative = native;
        var y = graph[output];
        var cotangent = graph.AddInput(ExplainGraph.Cotangent, new TensorType(y.Element, null));
        var gradients = Backward.Gradients(graph, y, cotangent, wanted, rules ?? GradientRules.Plain);
        foreach (var (name, value) in gradients)
        {
            var node = graph.Append("Identity", [value.Name], 1, []);
            node.Output[0] = ExplainGraph.GradientOf(name);
            graph.Register(node);
        }
        graph.SetOutputs([output, .. gradients.Keys.Select(ExplainGraph.GradientOf)]);
        return graph;
    }

    // The shapes must be those of the inputs, and the forward values what they were; but sums in ONNX Runtime are rounded as the alignment
    // of a buffer has it.
    private static double Compare(Dictionary<string, Tensor> outputs, Dictionary<string, Tensor> expected, Tensor y)
    {
        Assert.InRange(outputs["y"].DistanceTo(y), 0, 1e-6);
        return expected.Max(e => outputs[ExplainGraph.GradientOf(e.Key)].DistanceTo(e.Value));
    }
}
