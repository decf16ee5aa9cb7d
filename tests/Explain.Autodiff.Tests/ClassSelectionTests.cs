using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;

namespace Explain.Autodiff.Tests;

/// <summary>Selecting classes before the last layers gives what selecting them at the end gives, for every head.</summary>
public class ClassSelectionTests
{
    private static readonly bool[] Both = [false, true];

    public static TheoryData<string, Known, bool> Variants =>
        [
            .. from head in Heads.Names
            from known in Enum.GetValues<Known>().Where(k => k > Known.Nothing)
            from optimised in Both
            select (head, known, optimised),
        ];

    public static TheoryData<string> Names => [.. Heads.Names];

    [Fact]
    public void ScoresThatAreReadTwiceAreSelectedOnce()
    {
        var tiny = new TinyGraph().Input("x", 2, 3).Node("Relu", "x", "v0");
        for (var i = 0; i < 60; i++)
            tiny.Node("Tanh", $"v{i}", $"t{i}").Node("Add", $"v{i} t{i}", $"v{i + 1}");
        var graph = tiny.Output("v60").Prepare();
        var columns = graph.Add(Tensors.Ints(1));
        ClassSelection.Select(graph, "v60", columns, [], new Dictionary<string, string>());
        Assert.InRange(graph.Nodes.Count, 122, 1000);
    }

    [Theory, MemberData(nameof(Variants))]
    public void ClassesGiveTheGradientOfADenseCotangent(string head, Known known, bool optimised)
    {
        var tiny = Heads.Model(head, known);
        var model = tiny.Prepare();
        var (_, run) = Heads.Split(tiny);
        var shape = run["scores"].Shape;
        var classes = (int)(run["scores"].Values.Length / shape[0]);
        foreach (
            var (chosen, weights) in new[]
            {
                (Tensor.Of([2, 1], 1, 3), Tensor.Of([2, 1], 1, 1)),
                (Tensor.Of([2, 2], 1, 3, 4, 0), Tensor.Of([2, 2], 1, -0.5, 2, 0.25)),
            }
        )
        {
            var targets = chosen with { Values = [.. chosen.Values.Select(c => c % classes)] };
            var feeds = new Dictionary<string, Tensor>(tiny.Feeds)
            {
                [ExplainGraph.Classes] = targets,
                [ExplainGraph.Weights] = ClassSelectionTests.PerItem(weights),
                [ExplainGraph.Cotangent] = Scatter(targets, weights, shape),
            };
            var sparse = Runtime.Run(Differentiated.Graph(model, new GradientQuery("scores", ["l"])), feeds, optimised);
            var dense = Runtime.Run(Differentiated.Graph(model, new GradientQuery("scores", ["l"]) { Dense = true }), feeds, optimised);
            var gradient = ExplainGraph.GradientOf("l");
            Assert.InRange(sparse[gradient].DistanceTo(dense[gradient]), 0, 1e-6);
            Assert.InRange(sparse["scores"].DistanceTo(run["scores"]), 0, 1e-6);
            Assert.InRange(sparse["l"].DistanceTo(run["l"]), 0, 1e-6);
            Assert.Equal(targets.Values, sparse[ExplainGraph.Resolved].Values);

            feeds["l"] = run["l"];
            var again = Runtime.Run(
                Differentiated.Graph(model, new GradientQuery("scores", ["l"]) { FromLayers = true }),
                feeds,
                optimised
            );
            Assert.Equal([gradient], again.Keys);
            Assert.InRange(again[gradient].DistanceTo(dense[gradient]), 0, 1e-6);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void DenseCotangentsGiveTheGradientOfFiniteDifferences(string head)
    {
        var tiny = Heads.Model(head);
        var (tail, run) = Heads.Split(tiny);
        var cotangent = Tensor.Normal(run["scores"].Shape, 3);
        using var forward = new Runtime(tail);
        var (features, expected) = OrdinaryPoint(forward, run["l"].Shape, cotangent);
        var feeds = new Dictionary<string, Tensor> { ["l"] = features, [ExplainGraph.Cotangent] = cotangent };
        var gradient = Runtime.Run(
            Differentiated.Graph(tiny.Prepare(), new GradientQuery("scores", ["l"]) { Dense = true, FromLayers = true }),
            feeds
        )[ExplainGraph.GradientOf("l")];
        var error = gradient.DistanceTo(expected);
        TestContext.Current.TestOutputHelper?.WriteLine($"{head}: error {error:E1}");
        Assert.InRange(error, 0, 1e-3);
    }

    [Theory]
    [InlineData("average, Gemm with rows for classes")]
    [InlineData("average, Gemm with columns for classes")]
    [InlineData("average, MatMul and Add")]
    [InlineData("class maps, Flatten")]
    [InlineData("class maps, Reshape")]
    [InlineData("class maps, Squeeze")]
    [InlineData("class maps, largest")]
    [InlineData("class maps, ReduceMean")]
    [InlineData("class maps, AveragePool")]
    [InlineData("class maps, scores with empty space")]
    [InlineData("Gemm, normalised")]
    [InlineData("Gemm, arithmetic with constants")]
    [InlineData("Gemm, scale of every row")]
    [InlineData("flat, two layers")]
    public void TheBackwardPassReadsTheChosenRowsOfTheClassWeightsOnly(string head)
    {
        foreach (var known in new[] { Known.Everything, Known.AllButBatch })
        {
            var graph = Differentiated.Graph(Heads.Model(head, known).Prepare(), new GradientQuery("scores", ["l"]));
            var readers = graph
                .Nodes.Where(n => n.Name.StartsWith("explain/", StringComparison.Ordinal) && n.Input.Contains("w"))
                .Select(n => n.OpType);
            Assert.Equal(["Gather"], readers);
        }
    }

    [Theory, InlineData("class maps, Flatten"), InlineData("class maps, largest")]
    public void WhatTheForwardPassComputesForAllClassesIsNotComputedAgainForTheChosenOnes(string head)
    {
        foreach (var known in new[] { Known.Everything, Known.AllButBatch })
        {
            var graph = Differentiated.Graph(Heads.Model(head, known).Prepare(), new GradientQuery("scores", ["l"]));
            Assert.Equal(1, graph.Nodes.Count(n => n.Input.Contains("l") && n.OpType == "Conv"));
            Assert.DoesNotContain(graph.Nodes, n =>
                n.Name.StartsWith("explain/", StringComparison.Ordinal) && n.OpType is "Relu" or "GlobalMaxPool"
            );
        }
    }

    [Theory]
    [InlineData("two heads side by side")]
    [InlineData("Gemm, Softmax")]
    [InlineData("class maps of two groups")]
    [InlineData("class maps, scores with space")]
    public void AHeadThatCannotBeCutIsSelectedFromBehindIt(string head)
    {
        var graph = Differentiated.Graph(Heads.Model(head).Prepare(), new GradientQuery("scores", ["l"]));
        Assert.Contains(graph.Nodes, n => n.OpType is "ScatterElements");
    }

    // Where no kink is within a step, the differences do not depend on the step.
    private static (Tensor Features, Tensor Differences) OrdinaryPoint(Runtime forward, long[] shape, Tensor cotangent)
    {
        Tensor Differences(Tensor features, double step) =>
            GradientCheck.Differences(forward, new Dictionary<string, Tensor> { ["l"] = features }, cotangent, step, "scores")["l"];
        return Enumerable
            .Range(11, 50)
            .Select(seed => Tensor.Spread(shape, -2, 2, seed))
            .Select(f => (f, Differences(f, 0.01)))
            .First(p => Differences(p.f, 0.005).DistanceTo(p.Item2) < 2e-3);
    }

    /// <summary>The factors of each row's own classes, [N, S], as the graph takes them.</summary>
    internal static Tensor PerItem(Tensor factors) =>
        new(
            [factors.Shape[0], factors.Values.Length],
            [.. ExplainGraph.PerItem([.. factors.Values.Select(v => (float)v)], (int)factors.Shape[0]).Select(v => (double)v)]
        );

    /// <summary>The dense cotangent that classes and weights stand for; classes are places in the flattened scores.</summary>
    internal static Tensor Scatter(Tensor classes, Tensor weights, long[] shape)
    {
        var dense = new double[shape.Aggregate(1L, (a, b) => a * b)];
        var (rows, count) = (classes.Shape[0], classes.Shape[1]);
        for (var i = 0; i < rows * count; i++)
            dense[(int)(i / count * (dense.Length / rows) + (long)classes.Values[i])] += weights.Values[i];
        return new Tensor(shape, dense);
    }
}
