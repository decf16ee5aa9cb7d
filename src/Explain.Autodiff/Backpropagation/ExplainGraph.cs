using System.Diagnostics.CodeAnalysis;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using Explain.Autodiff.Rules;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Backpropagation;

/// <summary>
/// Builds the graph that explains: the model's forward pass, the choice of the target, and the backward pass to the layers, all as ordinary
/// operators, so that one run gives scores, feature maps and gradients. Its inputs and outputs beside those of the model have the
/// names that are given here, as <see cref="Graph.Own"/> spells them.
/// </summary>
public static class ExplainGraph
{
    /// <summary>Input, int64 [N, S]: the classes of each batch item; -1 means the class with the largest score of the item.</summary>
    public const string Classes = Graph.UsualPrefix + "classes";

    /// <summary>
    /// Input, float [N, N · S]: row n holds the factors of all classes in the scalar of batch item n, zero for those of other items (see
    /// <see cref="PerItem"/>). The scalar that is differentiated is Σ weight · score.
    /// </summary>
    public const string Weights = Graph.UsualPrefix + "weights";

    /// <summary>Input, shaped like the scores: the scalar that is differentiated is Σ cotangent · score.</summary>
    public const string Cotangent = Graph.UsualPrefix + "cotangent";

    /// <summary>Input, shaped like the model's: what rules that compare two inputs measure differences from.</summary>
    public const string Reference = SecondPass.Input;

    /// <summary>Output, int64 [N, S]: <see cref="Classes"/> with the predicted class in the place of -1.</summary>
    public const string Resolved = Graph.UsualPrefix + "resolved";

    /// <summary>Output: the gradient with respect to a layer, shaped like it.</summary>
    public static string GradientOf(string layer) => Graph.UsualPrefix + "gradient/" + layer;

    /// <summary>
    /// Output: the Hessian of the scalar with respect to a layer times the layer's own value, H A = ∂⟨G, A⟩/∂A with the second A held
    /// constant, shaped like the layer. Where the scalar is linear in the layer, or made of linear pieces, it is zero. (Shapley-CAM, Cai
    /// 2025, weighs channels by the mean of G - H A / 2.)
    /// </summary>
    public static string CurvatureOf(string layer) => Graph.UsualPrefix + "curvature/" + layer;

    /// <summary>
    /// The factors of each batch item's own classes, [N, S], as the block diagonal that <see cref="Weights"/> takes, [N, N · S].
    /// </summary>
    public static float[] PerItem(ReadOnlySpan<float> factors, int items)
    {
        var each = factors.Length / items;
        var blocks = new float[items * factors.Length];
        for (var n = 0; n < items; n++)
            factors.Slice(n * each, each).CopyTo(blocks.AsSpan(n * (factors.Length + each)));
        return blocks;
    }

    /// <summary>
    /// Builds the graph from a model that was raised by <see cref="Upgrade"/> and <see cref="AutoPad"/>, with the types of its values
    /// declared, or says why there is none.
    /// </summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="query">What is to be differentiated by what.</param>
    /// <param name="built">The graph; null where it cannot be built.</param>
    /// <param name="reason">Why it cannot be built; null where it can.</param>
    public static bool TryBuild(Graph model, GradientQuery query, [NotNullWhen(true)] out Graph? built, out string? reason)
    {
        var graph = model.Clone();
        graph.TakesNative = query is { Native: true, Curvature: false };
        try
        {
            reason = Extend(graph, query);
        }
        // A rule refuses a node from within an expression.
        catch (NotSupportedException refusal)
        {
            reason = refusal.Message;
        }
        built = reason is null ? graph : null;
        return built is not null;
    }

    // Gives the reason where it cannot be done.
    private static string? Extend(Graph graph, GradientQuery query)
    {
        if (query.Curvature && query.Rules != GradientRules.Plain)
            return $"the rules '{query.Rules.Name}' have no curvature";
        if (query.FromLayers)
        {
            foreach (var layer in query.Layers.Where(l => graph.Producer(l) is not null))
                graph.CutAt(layer, graph.Type(layer) ?? new TensorType(DataType.Float, null));
        }

        if (!query.Gradients)
        {
            graph.SetOutputs([query.Scores, .. query.Layers]);
            return null;
        }
        RectifiedPools.MoveRelusBehind(graph, query.Layers, query.Rules);
        var taken = new Dictionary<string, string>();
        var (output, cotangent) = query.Dense ? Seeds.Dense(graph, query) : Seeds.OfClasses(graph, query, taken);
        if (query.Rules.BeginsWithScore)
            cotangent *= output;
        List<(Value, Value)> outputs = [(output, cotangent)];
        if (query.Rules.TakesOffOpposite)
            outputs.Add((Dual.Of(graph, output), -cotangent));
        if (query.Rules.ComparesInputs)
            SecondPass.Append(graph, query.Layers.Single());
        var forward = graph.Nodes.Count;
        if (!Backward.TryGradients(graph, outputs, [.. query.Layers], query.Rules, out var gradients, out var missing))
            return new MissingRuleException(missing).Message;
        var results = new List<string>();
        foreach (var layer in query.Layers)
        {
            if (!gradients.TryGetValue(layer, out var gradient))
                return $"'{query.Scores}' does not depend on '{layer}'";
            results.Add(Named(gradient, graph.Own(GradientOf(layer))).Name);
            if (!query.Curvature)
                continue;
            if (!TryCurvature(graph, gradient, layer, out var curvature, out missing))
                return new MissingRuleException(missing).Message;
            results.Add(Named(curvature, graph.Own(CurvatureOf(layer))).Name);
        }
        // The scores of all classes are computed anyway: what the backward pass reads of the chosen ones is taken from there, not computed
        // once more.
        if (!query.FromLayers)
        {
            graph.Reread(forward, taken);
            results.AddRange([query.Scores, .. query.Layers, .. query.Dense ? Array.Empty<string>() : [graph.Own(Resolved)]]);
        }
        graph.SetOutputs(results);
        return null;
    }

    private static bool TryCurvature(Graph graph, Value gradient, string layer, out Value curvature, out IReadOnlyList<MissingRule> missing)
    {
        // The layer is the cotangent here, and a cotangent gets the type of what it belongs to: without this the layer would lose its rank,
        // which MatMul asks for.
        if (graph.Type(layer) is { } type)
            graph.Declare(gradient.Name, type);
        var known = Backward.TryGradients(graph, [(gradient, graph[layer])], [layer], GradientRules.Plain, out var gradients, out missing);
        curvature = gradients.TryGetValue(layer, out var found) ? found : Fill(Shape(graph[layer]), gradient.Element, 0);
        return known;
    }
}
