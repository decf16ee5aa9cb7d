using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using Explain.Autodiff.Rules;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Backpropagation;

/// <summary>Which function of the class scores is differentiated.</summary>
public enum ScoreFunction
{
    /// <summary>The class score itself (the paper's y^c).</summary>
    Logit,

    /// <summary>Softmax of the scores.</summary>
    Softmax,

    /// <summary>Logarithm of the softmax.</summary>
    LogSoftmax,

    /// <summary>Sigmoid of each score.</summary>
    Sigmoid,

    /// <summary>Logarithm of the sigmoid.</summary>
    LogSigmoid,

    /// <summary>Logarithm of the softmax along the last axis: one distribution for each position of a sequence.</summary>
    TokenLogSoftmax,

    /// <summary>
    /// The unit vector in the direction of each row: a product with another unit vector is the cosine of the angle between them.
    /// </summary>
    Direction,

    /// <summary>The score plus the logarithm of the softmax: pytorch-grad-cam's ReST, which Shapley-CAM is meant for (Cai 2025).</summary>
    Rest,
}

/// <summary>What is to be differentiated by what.</summary>
/// <param name="Scores">Tensor that is explained: the class scores, [N, K] or [N, K, 1, …]; with <see cref="Dense"/>, a float tensor of any
/// shape.</param>
/// <param name="Layers">Tensors to differentiate by; graph inputs are allowed.</param>
public sealed record GradientQuery(string Scores, IReadOnlyList<string> Layers)
{
    /// <summary>What of the scores is differentiated.</summary>
    public ScoreFunction Function { get; init; } = ScoreFunction.Logit;

    /// <summary>
    /// False: the targets are classes, given by <see cref="ExplainGraph.Classes"/> and <see cref="ExplainGraph.Weights"/>. True: they are
    /// one tensor shaped like the scores,
    /// <see cref="ExplainGraph.Cotangent"/>.
    /// </summary>
    public bool Dense { get; init; }

    /// <summary>False: scores and feature maps only, no backward pass, so that operators without a rule do not matter.</summary>
    public bool Gradients { get; init; } = true;

    /// <summary>
    /// Whether the graph starts at the layers, which become its inputs: for further targets of a forward pass that was already made. Its
    /// classes are indices, and its only
    /// outputs are the gradients.
    /// </summary>
    public bool FromLayers { get; init; }

    /// <summary>
    /// Whether the curvature along each layer is wanted, too: <see cref="ExplainGraph.CurvatureOf"/>. It is found by differentiating the
    /// backward pass of the plain gradient
    /// once more.
    /// </summary>
    public bool Curvature { get; init; }

    /// <summary>The gradient rules.</summary>
    public RuleSet Rules { get; init; } = GradientRules.Plain;

    /// <summary>Equal for queries that the same graph answers.</summary>
    public string Key => $"{Scores}|{Function}|{Dense}|{FromLayers}|{Gradients}|{Curvature}|{Rules.Name}|{string.Join('|', Layers)}";
}

/// <summary>
/// Builds the graph that explains: the model's forward pass, the choice of the target, and the backward pass to the layers, all as ordinary
/// operators, so that one run gives
/// scores, feature maps and gradients.
/// </summary>
public static class ExplainGraph
{
    /// <summary>Input, int64 [N, S]: the classes of each row; -1 means the class with the largest score of the row.</summary>
    public const string Classes = "explain/classes";

    /// <summary>
    /// Input, float [N, N · S]: row n holds the factors of all classes in the scalar of row n, zero for those of other rows (see
    /// <see cref="PerRow"/>). The scalar that is
    /// differentiated is Σ weight · score.
    /// </summary>
    public const string Weights = "explain/weights";

    /// <summary>Input, shaped like the scores: the scalar that is differentiated is Σ cotangent · score.</summary>
    public const string Cotangent = "explain/cotangent";

    /// <summary>Input, shaped like the model's: what rules that compare two inputs measure differences from.</summary>
    public const string Reference = SecondPass.Input;

    /// <summary>Output, int64 [N, S]: <see cref="Classes"/> with the predicted class in the place of -1.</summary>
    public const string Resolved = "explain/resolved";

    /// <summary>Output: the gradient with respect to a layer, shaped like it.</summary>
    public static string GradientOf(string layer) => "explain/gradient/" + layer;

    /// <summary>
    /// Output: the Hessian of the scalar with respect to a layer times the layer's own value, H A = ∂⟨G, A⟩/∂A with the second A held
    /// constant, shaped like the layer. Where
    /// the scalar is linear in the layer, or made of linear pieces, it is zero. (Shapley-CAM, Cai 2025, weighs channels by the mean of G -
    /// H A / 2.)
    /// </summary>
    public static string CurvatureOf(string layer) => "explain/curvature/" + layer;

    /// <summary>
    /// The factors of each row's own classes, [N, S], as the block diagonal that <see cref="Weights"/> takes, [N, N · S].
    /// </summary>
    public static float[] PerRow(ReadOnlySpan<float> factors, int rows)
    {
        var each = factors.Length / rows;
        var blocks = new float[rows * factors.Length];
        for (var n = 0; n < rows; n++)
            factors.Slice(n * each, each).CopyTo(blocks.AsSpan(n * (factors.Length + each)));
        return blocks;
    }

    /// <summary>
    /// Builds the graph from a model that was raised by <see cref="Upgrade"/> and <see cref="AutoPad"/>, with the types of its values
    /// declared. The model is not changed.
    /// </summary>
    /// <exception cref="MissingRuleException">An operator between a layer and the scores has no rule.</exception>
    /// <exception cref="ArgumentException">The scores do not depend on a layer, or curvature is asked of rules that hand down no
    /// gradient.</exception>
    public static Graph Build(Graph model, GradientQuery query)
    {
        if (query.Curvature && query.Rules != GradientRules.Plain)
            throw new ArgumentException($"the rules '{query.Rules.Name}' have no curvature", nameof(query));
        var graph = model.Clone();
        if (query.FromLayers)
        {
            foreach (var layer in query.Layers.Where(l => graph.Producer(l) is not null))
                graph.CutAt(layer, graph.Type(layer) ?? new TensorType(DataType.Float, null));
        }

        if (!query.Gradients)
        {
            graph.SetOutputs([query.Scores, .. query.Layers]);
            return graph;
        }
        RectifiedPools.MoveRelusBehind(graph, query.Layers, query.Rules);
        var taken = new Dictionary<string, string>();
        var (output, cotangent) = query.Dense ? DenseSeed(graph, query) : ClassSeed(graph, query, taken);
        if (query.Rules.BeginsWithScore)
            cotangent *= output;
        List<(Value, Value)> outputs = [(output, cotangent)];
        if (query.Rules.TakesOffOpposite)
            outputs.Add((Dual.Of(graph, output), -cotangent));
        if (query.Rules.ComparesInputs)
            SecondPass.Append(graph, query.Layers.Single());
        var forward = graph.Nodes.Count;
        var gradients = Backward.Gradients(graph, outputs, [.. query.Layers], query.Rules);
        var results = new List<string>();
        foreach (var layer in query.Layers)
        {
            if (!gradients.TryGetValue(layer, out var gradient))
                throw new ArgumentException($"'{query.Scores}' does not depend on '{layer}'", nameof(query));
            results.Add(Named(gradient, GradientOf(layer)).Name);
            if (query.Curvature)
                results.Add(Named(Curvature(graph, gradient, layer), CurvatureOf(layer)).Name);
        }
        // The scores of all classes are computed anyway: what the backward pass reads of the chosen ones is taken from there, not computed
        // once more.
        if (!query.FromLayers)
            graph.Reread(forward, taken);
        if (!query.FromLayers)
            results.AddRange([query.Scores, .. query.Layers, .. query.Dense ? Array.Empty<string>() : [Resolved]]);
        graph.SetOutputs(results);
        return graph;
    }

    private static Value Curvature(Graph graph, Value gradient, string layer)
    {
        // The layer is the cotangent here, and a cotangent gets the type of what it belongs to: without this the layer would lose its rank,
        // which MatMul asks for.
        if (graph.Type(layer) is { } type)
            graph.Declare(gradient.Name, type);
        return Backward.Gradients(graph, gradient, graph[layer], [layer], GradientRules.Plain).TryGetValue(layer, out var curvature)
            ? curvature
            : Fill(Shape(graph[layer]), gradient.Element, 0);
    }

    private static (Value Output, Value Cotangent) DenseSeed(Graph graph, GradientQuery query)
    {
        var scores = graph[query.Scores];
        var cotangent = graph.AddInput(Cotangent, scores.Type ?? new TensorType(scores.Element, null));
        return query.Function == ScoreFunction.Logit ? (scores, cotangent) : (ScoreFunctions.Apply(query.Function, scores), cotangent);
    }

    private static (Value Output, Value Cotangent) ClassSeed(Graph graph, GradientQuery query, Dictionary<string, string> taken)
    {
        var scores = graph[query.Scores];
        var classes = graph.AddInput(
            Classes,
            new TensorType(DataType.Int64, [new Dim(null, "explain/rows"), new Dim(null, "explain/classes")])
        );
        var weights = graph.AddInput(
            Weights,
            new TensorType(scores.Element, [new Dim(null, "explain/rows"), new Dim(null, "explain/columns")])
        );
        return ClassSeed(graph, query, classes, weights, taken);
    }

    /// <summary>The selected scores and the cotangent that belongs to them.</summary>
    /// <param name="graph">The graph; nodes are appended to it.</param>
    /// <param name="query">What is differentiated.</param>
    /// <param name="classes">As <see cref="Classes"/>.</param>
    /// <param name="weights">As <see cref="Weights"/>.</param>
    /// <param name="taken">Receives what <see cref="ClassSelection"/> computes for the columns alone.</param>
    internal static (Value Output, Value Cotangent) ClassSeed(
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
    internal static Value Matrix(Value scores) => scores.Type?.Rank == 2 ? scores : AsMatrix(scores);

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

    /// <summary>The classes with the predicted one in the place of -1, named <see cref="Resolved"/>.</summary>
    internal static Value Resolve(Value scores, Value classes)
    {
        var predicted = Emit("ArgMax", [scores], Of("axis", -1), Of("keepdims", 1)).As(DataType.Int64);
        var asked = Emit("Less", [classes, Ints(scores.Graph, 0)]).As(DataType.Bool);
        var where = scores.Graph.Append("Where", [asked.Name, predicted.Name, classes.Name], 1, []);
        where.Output[0] = Resolved;
        scores.Graph.Register(where);
        return scores.Graph[Resolved].As(DataType.Int64);
    }

    /// <summary>The same value under a name of its own.</summary>
    internal static Value Named(Value value, string name)
    {
        var node = value.Graph.Append("Identity", [value.Name], 1, []);
        node.Output[0] = name;
        value.Graph.Register(node);
        return new Value(value.Graph, name, value.Element);
    }
}
