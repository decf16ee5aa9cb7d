using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using Explain.Autodiff.Rules;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Export;

/// <summary>What a self-explaining model explains, and how.</summary>
/// <param name="Method">What the map is called.</param>
/// <param name="Formula">How it is computed: one of <see cref="MapFormulas"/>.</param>
/// <param name="Scores">Tensor of class scores, [N, K] or [N, K, 1, …].</param>
/// <param name="Classes">K.</param>
/// <param name="Layer">Tensor whose positions are explained, [N, C, h, w] unless <see cref="MapQuery.Axes"/> says otherwise; a graph input
/// is allowed.</param>
public sealed record MapQuery(string Method, MapFormula Formula, string Scores, int Classes, string Layer)
{
    /// <summary>How feature maps lie in the layer.</summary>
    public MapAxes Axes { get; init; } = MapAxes.Planes;

    /// <summary>Whether the map ends in a ReLU.</summary>
    public bool Rectified { get; init; }

    /// <summary>Whether the class of each batch item is an input; else it is the predicted one.</summary>
    public bool TargetInput { get; init; }

    /// <summary>The classifier's own weights, row-major [K, C], for the method that reads them.</summary>
    public IReadOnlyList<float>? HeadWeights { get; init; }
}

/// <summary>A model with one more output: the raw map of each batch item, for a class that is predicted or given.</summary>
public static class ExplainedModel
{
    /// <summary>Output, float [N, h, w]; numbered where the model has a tensor of this name.</summary>
    public const string Explanation = "explanation";

    /// <summary>
    /// Input, int64 [N]: 0 to K - 1 is a class, -1 the predicted one; the run fails on any other number. Numbered where the model has a
    /// tensor of this name.
    /// </summary>
    public const string Target = "explanation_target";

    /// <summary>
    /// Builds it from a model that was raised by <see cref="Upgrade"/> and <see cref="AutoPad"/>, with the types of its values declared.
    /// The model is not changed.
    /// </summary>
    /// <exception cref="MissingRuleException">An operator between the layer and the scores has no rule.</exception>
    /// <exception cref="NotSupportedException">The model could not be raised, or a node is one that the rule of its operator does not
    /// know.</exception>
    /// <exception cref="ArgumentException">The scores do not depend on the layer.</exception>
    public static ExportedGraph Build(Graph model, MapQuery query)
    {
        if (Upgrade.WhyNot(model) is { } old)
            throw new NotSupportedException(old);
        var graph = model.Clone();
        var target = query.TargetInput ? AddedNames.Free(graph, Target) : null;
        var scores = graph[query.Scores];
        var items = Slice(Shape(scores), Ints(graph, 0), Ints(graph, 1));
        var classes = target is not null
            ? GivenClasses(graph, query, items, target)
            : Expand(Ints(graph, -1), Concat(0, items, Ints(graph, 1)));
        var source = new MapSource(
            query.Axes.InMaps(graph[query.Layer]),
            () => query.Axes.InMaps(Gradient(graph, query, classes, items)),
            () => HeadWeights(graph, query, classes)
        );
        var raw = query.Formula.Build(source);
        var map = Named(query.Rectified ? Emit("Relu", [raw]) : raw, AddedNames.Free(graph, Explanation));
        graph.Declare(map.Name, new TensorType(DataType.Float, graph.Type(query.Layer)?.Dims is { } dims ? query.Axes.OfMap(dims) : null));
        graph.AddOutput(map.Name, $"{query.Method} at {query.Layer}, raw map");
        Describe(graph, query, map.Name, target);
        return new ExportedGraph(graph, map.Name, target);
    }

    private static Value Gradient(Graph graph, MapQuery query, Value classes, Value items)
    {
        RectifiedPools.MoveRelusBehind(graph, [query.Layer], GradientRules.Plain);
        var taken = new Dictionary<string, string>();
        var (output, cotangent) = Seeds.OfClasses(
            graph,
            new GradientQuery(query.Scores, [query.Layer]),
            classes,
            OnePerItem(items, graph[query.Scores].Element),
            taken
        );
        var forward = graph.Nodes.Count;
        if (!Backward.Gradients(graph, output, cotangent, [query.Layer], GradientRules.Plain).TryGetValue(query.Layer, out var gradient))
            throw new ArgumentException($"'{query.Scores}' does not depend on '{query.Layer}'", nameof(query));
        graph.Reread(forward, taken);
        return gradient;
    }

    // The unit matrix: of the columns of all batch items each has its own.
    private static Value OnePerItem(Value items, DataType element)
    {
        var graph = items.Graph;
        var numbers = Emit(
            "Range",
            [graph.Add(Tensors.Scalar(DataType.Int64, 0)), Squeeze(items, Ints(graph, 0)), graph.Add(Tensors.Scalar(DataType.Int64, 1))]
        );
        return Cast(Emit("Equal", [Unsqueeze(numbers, Ints(graph, 1)), Unsqueeze(numbers, Ints(graph, 0))]).As(DataType.Bool), element);
    }

    // Not every device's Gather minds an index that is out of range, and negative ones count from the end. A shape that does not fit fails
    // everywhere, and the error names the node.
    private static Value GivenClasses(Graph graph, MapQuery query, Value items, string name)
    {
        var target = graph.AddInput(name, new TensorType(DataType.Int64, [graph.Type(query.Scores)?.Dims?[0] ?? Dim.Unknown]));
        var wrong = Emit(
            "Or",
            [
                Emit("Less", [target, Ints(graph, -1)]).As(DataType.Bool),
                Emit("Greater", [target, Ints(graph, query.Classes - 1)]).As(DataType.Bool),
            ]
        );
        var count = Sum(Cast(wrong, DataType.Int64), 0);
        // Not a Concat of both: ONNX Runtime's optimiser would put -1, which always fits, where it does not know.
        var node = Node("Reshape", [target, Concat(0, items, Ints(graph, 1)) + count * Ints(graph, 1, 0)], 1, []);
        node.Name = $"{name} must be one number an item, -1 (predicted) to {query.Classes - 1}";
        graph.Register(node);
        return graph[node.Output[0]].As(DataType.Int64);
    }

    private static Value HeadWeights(Graph graph, MapQuery query, Value classes)
    {
        var weights = query.HeadWeights
            ?? throw new ArgumentException($"{query.Method} needs the weights of the classifier", nameof(query));
        var table = graph.Add(Tensors.Float([query.Classes, weights.Count / query.Classes], [.. weights]));
        var resolved = Seeds.Resolve(Seeds.Matrix(graph[query.Scores]), classes);
        return Unsqueeze(Gather(table, Reshape(resolved, -1), 0), Ints(graph, 2, 3));
    }

    private static void Describe(Graph graph, MapQuery query, string output, string? target) =>
        AddedNames.Describe(
            graph,
            output,
            new Dictionary<string, string>
            {
                ["form"] = "explanation",
                ["method"] = query.Method,
                ["layer"] = query.Layer,
                ["scores"] = query.Scores,
                ["score"] = "logit",
                ["target"] = target is not null
                    ? $"input {target}: int64 [N], 0 to {query.Classes - 1}, -1 for the predicted class"
                    : "the predicted class of each item",
            }
        );
}
