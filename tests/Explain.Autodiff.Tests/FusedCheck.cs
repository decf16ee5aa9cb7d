using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using Explain.Autodiff.Rules;

namespace Explain.Autodiff.Tests;

/// <summary>
/// Compares an operator that is taken apart with ONNX Runtime's own kernel of it, or with its documentation where there is none: the values
/// of all outputs, and the gradient of the float ones by central differences through that.
/// </summary>
internal static class FusedCheck
{
    private const double ValueTolerance = 1e-6;

    // Most kernels are single precision only: seven digits, of which dividing by a step leaves five.
    private const double GradientTolerance = 3e-5;
    private const double WidestStep = 0.1;

    private const int MostElements = 16;

    // Central differences of eighth order, by distance in steps.
    private static readonly double[] Stencil = [4.0 / 5, -1.0 / 5, 4.0 / 105, -1.0 / 280];

    /// <summary>What a model computes of its inputs.</summary>
    public delegate Dictionary<string, Tensor> Function(IReadOnlyDictionary<string, Tensor> feeds);

    /// <summary>Checks a model; its outputs are those it names.</summary>
    /// <param name="describe">Adds inputs, nodes and outputs.</param>
    /// <param name="wanted">Inputs that are differentiated by; null for all that are read, none for values alone.</param>
    /// <param name="least">The least that must be known of shapes.</param>
    /// <param name="opset">Opset.</param>
    /// <param name="tolerance">How far values may be apart, where the kernel itself rounds.</param>
    /// <param name="gradientTolerance">How far gradients may be apart.</param>
    /// <param name="step">Step of the differences, which reach four of them to each side.</param>
    /// <param name="documented">What the model computes where there is no kernel to ask.</param>
    public static void Check(
        Action<TinyGraph> describe,
        string[]? wanted = null,
        Known least = Known.Ranks,
        long opset = Upgrade.Floor,
        double tolerance = ValueTolerance,
        double gradientTolerance = GradientTolerance,
        double step = WidestStep,
        Function? documented = null
    )
    {
        var whole = Make(describe, Known.Everything, opset);
        wanted ??= [.. whole.Build().Nodes.SelectMany(n => n.Input).Where(whole.Feeds.ContainsKey).Distinct()];
        using var kernel = documented is null ? new Runtime(whole.Build()) : null;
        var fused = documented ?? kernel!.Run;
        var expected = fused(whole.Feeds);
        var cotangents = expected.ToDictionary(e => e.Key, e => Tensor.Normal(e.Value.Shape, 7));
        var differences = wanted.ToDictionary(x => x, x => Slopes(fused, whole.Feeds, x, cotangents, step));

        for (var known = Known.Everything; known >= least; known--)
        {
            var tiny = Make(describe, known, opset);
            var apart = tiny.Prepare();
            Assert.DoesNotContain(apart.Nodes, n => Definitions.TakesApart(OperatorName.Of(n)));
            var values = Runtime.Run(apart, whole.Feeds);
            foreach (var (name, value) in expected)
                Within(tolerance, values[name], value, $"{name} with {known}");
            if (wanted.Length == 0)
                continue;
            foreach (var optimised in new[] { false, true })
            {
                var gradients = Gradients(tiny, wanted, cotangents, optimised);
                foreach (var x in wanted)
                {
                    var some = Tensor.Of(differences[x].Shape, [.. Elements(gradients[x]).Select(i => gradients[x].Values[i])]);
                    Within(gradientTolerance, some, differences[x], $"the gradient by {x} with {known}");
                }
            }
        }
    }

    private static TinyGraph Make(Action<TinyGraph> describe, Known known, long opset)
    {
        var graph = new TinyGraph(known: known, opset: opset);
        describe(graph);
        return graph;
    }

    private static void Within(double tolerance, Tensor actual, Tensor expected, string what)
    {
        var distance = actual.DistanceTo(expected);
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {distance:E1}");
        Assert.True(distance <= tolerance, $"{what} is {distance:E1} from that of the kernel");
    }

    // Elements that are differentiated by: all of them, or some where they are many.
    private static IEnumerable<int> Elements(Tensor x)
    {
        var every = Math.Max(1, x.Values.Length / MostElements) | 1;
        return Enumerable.Range(0, (x.Values.Length + every - 1) / every).Select(i => i * every);
    }

    // The derivatives of Σ over all outputs of cotangent · output.
    private static Tensor Slopes(
        Function fused,
        Dictionary<string, Tensor> feeds,
        string by,
        Dictionary<string, Tensor> cotangents,
        double step
    )
    {
        double Score(int index, double move) =>
            fused(new Dictionary<string, Tensor>(feeds) { [by] = feeds[by].Moved(index, move) }).Sum(o => o.Value.Dot(cotangents[o.Key]));
        double Derivative(int index) =>
            Stencil.Index().Sum(c => c.Item * (Score(index, (c.Index + 1) * step) - Score(index, -(c.Index + 1) * step))) / step;
        double[] slopes = [.. Elements(feeds[by]).Select(Derivative)];
        return Tensor.Of([slopes.Length], slopes);
    }

    private static Dictionary<string, Tensor> Gradients(
        TinyGraph tiny,
        string[] wanted,
        Dictionary<string, Tensor> cotangents,
        bool optimised
    )
    {
        var graph = tiny.Prepare();
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds);
        Value? score = null;
        foreach (var (name, cotangent) in cotangents)
        {
            var output = graph[name];
            var weight = graph.AddInput($"cotangent/{name}", new TensorType(output.Element, null));
            feeds[weight.Name] = cotangent;
            var part = Ops.Sum(Ops.Reshape(output * weight, -1), 0);
            score = score is { } sum ? sum + part : part;
        }

        var seed = graph.AddInput(ExplainGraph.Cotangent, new TensorType(score!.Value.Element, null));
        feeds[ExplainGraph.Cotangent] = Tensor.Of([1], 1);
        var gradients = Backward.Gradients(graph, score.Value, seed, wanted, GradientRules.Plain);
        foreach (var (name, value) in gradients)
            Ops.Named(value, ExplainGraph.GradientOf(name));
        graph.SetOutputs(gradients.Keys.Select(ExplainGraph.GradientOf));
        var results = Runtime.Run(graph, feeds, optimised);
        return wanted.ToDictionary(x => x, x => results[ExplainGraph.GradientOf(x)]);
    }
}
