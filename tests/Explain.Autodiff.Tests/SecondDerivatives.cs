using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rules;

namespace Explain.Autodiff.Tests;

/// <summary>
/// Differentiates gradients once more, in the graph that they were appended to and with what is known of it then, as curvature is: by the
/// inputs and by the cotangent.
/// </summary>
internal static class SecondDerivatives
{
    private const double Step = 1e-5;
    private const double Tolerance = 1e-5;
    private const double Rounding = 1e-9;

    /// <summary>Compares them with central differences of the gradients where these have kernels in double precision.</summary>
    /// <param name="make">Makes the model, whose output is y, in a precision.</param>
    /// <param name="feeds">Its inputs and the cotangent.</param>
    /// <param name="wanted">What is differentiated by.</param>
    /// <returns>Whether they were compared; else they ran, at least, and are finite.</returns>
    public static bool Check(
        Func<TensorProto.Types.DataType, TinyGraph> make,
        IReadOnlyDictionary<string, Tensor> feeds,
        IReadOnlyCollection<string> wanted
    )
    {
        var factors = wanted.Select((w, i) => Tensor.Normal(feeds[w].Shape, 900 + i)).ToArray();
        var all = new Dictionary<string, Tensor>(feeds);
        foreach (var (name, factor) in wanted.Zip(factors))
            all[FactorOf(name)] = factor;
        using var precise = Precise(make(TensorProto.Types.DataType.Double), wanted);
        if (precise is null)
        {
            using var single = new Runtime(Twice(make(TensorProto.Types.DataType.Float), wanted));
            Assert.All(single.Run(all).Values, t => Assert.All(t.Values, v => Assert.True(double.IsFinite(v))));
            return false;
        }
        var found = precise.Run(all);
        foreach (var name in wanted.Append(ExplainGraph.Cotangent))
        {
            var direction = Tensor.Normal(all[name].Shape, 950);
            double At(double by)
            {
                var moved = all[name] with { Values = [.. all[name].Values.Zip(direction.Values, (v, d) => v + by * d)] };
                var gradients = precise.Run(new Dictionary<string, Tensor>(all) { [name] = moved });
                return wanted.Sum(w => gradients.GetValueOrDefault(FirstOf(w))?.Dot(all[FactorOf(w)]) ?? 0);
            }
            var expected = (At(Step) - At(-Step)) / (2 * Step);
            var slope = found.GetValueOrDefault(SecondOf(name));
            if (slope is not null)
                Assert.Equal(all[name].Shape, slope.Shape);
            var size = slope is null ? 0 : Math.Sqrt(slope.Values.Zip(direction.Values, (s, d) => s * d * s * d).Sum());
            var scale = found.Where(o => o.Key.StartsWith(FirstOf(""), StringComparison.Ordinal)).Sum(o => o.Value.Values.Sum(Math.Abs));
            Assert.InRange((slope?.Dot(direction) ?? 0) - expected, -Allowed(), Allowed());
            double Allowed() => Tolerance * Math.Max(size, Math.Abs(expected)) + Rounding * scale;
        }
        return true;
    }

    private static Runtime? Precise(TinyGraph tiny, IReadOnlyCollection<string> wanted)
    {
        using var forward = Runtime.OpenIfThereAreKernels(tiny.Build());
        return forward is null ? null : Runtime.OpenIfThereAreKernels(Twice(tiny, wanted));
    }

    private static string FactorOf(string name) => "factor/" + name;

    private static string FirstOf(string name) => "first/" + name;

    private static string SecondOf(string name) => "second/" + name;

    // The gradients, and those of their sum with factors.
    private static Graph Twice(TinyGraph tiny, IReadOnlyCollection<string> wanted)
    {
        var graph = tiny.Prepare();
        var y = graph["y"];
        var cotangent = graph.AddInput(ExplainGraph.Cotangent, new TensorType(y.Element, graph.Type("y")?.Dims));
        var first = Backward.Gradients(graph, y, cotangent, wanted, GradientRules.Plain);
        var seeds = new List<(Value, Value)>();
        foreach (var (name, gradient) in first)
        {
            if (graph.Type(name) is { } type)
                graph.Declare(gradient.Name, type);
            var own = Ops.Named(gradient, FirstOf(name));
            graph.Declare(own.Name, graph.Type(gradient.Name)!);
            seeds.Add((own, graph.AddInput(FactorOf(name), new TensorType(gradient.Element, graph.Type(name)?.Dims))));
        }
        string[] by = [.. wanted, ExplainGraph.Cotangent];
        if (!Backward.TryGradients(graph, seeds, by, GradientRules.Plain, out var second, out var missing))
            throw new MissingRuleException(missing);
        var outputs = first.Keys.Select(FirstOf).ToList();
        outputs.AddRange(second.Select(s => Ops.Named(s.Value, SecondOf(s.Key)).Name));
        graph.SetOutputs(outputs);
        return graph;
    }
}
