using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Backpropagation;

/// <summary>Where backpropagation begins: what is differentiated, and its cotangent.</summary>
internal static class Seeds
{
    /// <summary>A tensor of any shape, or its function, with the cotangent that is an input of the graph.</summary>
    public static (Value Output, Value Cotangent) Dense(Graph graph, GradientQuery query)
    {
        var scores = graph[query.Scores];
        var cotangent = graph.AddInput(graph.Own(ExplainGraph.Cotangent), scores.Type ?? new TensorType(scores.Element, null));
        return query.Function == ScoreFunction.Logit ? (scores, cotangent) : (ScoreFunctions.Apply(query.Function, scores), cotangent);
    }

    /// <summary>The scores of the classes that are an input of the graph, with their weights, which are another.</summary>
    /// <param name="graph">The graph; nodes are appended to it.</param>
    /// <param name="query">What is differentiated.</param>
    /// <param name="taken">Receives what <see cref="ClassSelection"/> computes for the columns alone.</param>
    public static (Value Output, Value Cotangent) OfClasses(Graph graph, GradientQuery query, Dictionary<string, string> taken)
    {
        var scores = graph[query.Scores];
        var classes = graph.AddInput(
            graph.Own(ExplainGraph.Classes),
            new TensorType(DataType.Int64, [new Dim(null, graph.Prefix + "batch"), new Dim(null, graph.Prefix + "classes")])
        );
        var weights = graph.AddInput(
            graph.Own(ExplainGraph.Weights),
            new TensorType(scores.Element, [new Dim(null, graph.Prefix + "batch"), new Dim(null, graph.Prefix + "columns")])
        );
        return OfClasses(graph, query, classes, weights, taken);
    }

    /// <summary>The selected scores and the cotangent that belongs to them.</summary>
    /// <param name="graph">The graph; nodes are appended to it.</param>
    /// <param name="query">What is differentiated.</param>
    /// <param name="classes">As <see cref="ExplainGraph.Classes"/>.</param>
    /// <param name="weights">As <see cref="ExplainGraph.Weights"/>.</param>
    /// <param name="taken">Receives what <see cref="ClassSelection"/> computes for the columns alone.</param>
    public static (Value Output, Value Cotangent) OfClasses(
        Graph graph,
        GradientQuery query,
        Value classes,
        Value weights,
        Dictionary<string, string> taken
    )
    {
        var scores = graph[query.Scores];
        var matrix = Matrix(scores);
        var columns = Reshape(query.FromLayers ? classes : Resolve(matrix, classes), -1);
        var output = ClassSelection.Select(
            graph,
            query.Function == ScoreFunction.Logit ? Selectable(scores, matrix) : ScoreFunctions.Apply(query.Function, matrix).Name,
            columns,
            query.Layers,
            taken
        );
        return (output, Shaped(weights, output));
    }

    // The scores may have axes of extent 1 behind the classes; adding them needs no look at the selected scores, which may then be dropped
    // from the graph.
    private static Value Shaped(Value weights, Value output) =>
        output.Type?.Dims switch
        {
            { Count: 2 } => weights,
            { Count: > 2 } dims when dims.Skip(2).All(d => d.Size == 1) => Unsqueeze(
                weights,
                Ints(weights.Graph, [.. Enumerable.Range(2, dims.Count - 2).Select(i => (long)i)])
            ),
            _ => ReshapeLike(weights, output),
        };

    // Classes on axis 1 with nothing behind them can be selected where they are, which lets the selection sink; other shapes are seen as a
    // matrix first.
    private static string Selectable(Value scores, Value matrix) =>
        scores.Type?.Dims is { Count: >= 2 } dims && dims.Skip(2).All(d => d.Size == 1) ? scores.Name : matrix.Name;

    /// <summary>Class scores as [N, K].</summary>
    public static Value Matrix(Value scores) => scores.Type?.Rank == 2 ? scores : AsMatrix(scores);

    private static Value AsMatrix(Value scores)
    {
        var matrix = Emit("Flatten", [scores], Of("axis", 1));
        var classes = scores.Type?.FixedFrom(1)?.Aggregate(1L, (a, b) => a * b);
        scores.Graph.Declare(
            matrix.Name,
            new TensorType(scores.Element, [scores.Type?.Dims?[0] ?? Dim.Unknown, classes is { } k ? k : Dim.Unknown])
        );
        return matrix;
    }

    /// <summary>The classes with the predicted one in the place of -1, named <see cref="ExplainGraph.Resolved"/>.</summary>
    public static Value Resolve(Value scores, Value classes)
    {
        var predicted = Emit("ArgMax", [scores], Of("axis", -1), Of("keepdims", 1)).As(DataType.Int64);
        var asked = Emit("Less", [classes, Ints(scores.Graph, 0)]).As(DataType.Bool);
        var where = scores.Graph.Append("Where", [asked.Name, predicted.Name, classes.Name], 1, []);
        where.Output[0] = scores.Graph.Own(ExplainGraph.Resolved);
        scores.Graph.Register(where);
        return scores.Graph[where.Output[0]].As(DataType.Int64);
    }
}
