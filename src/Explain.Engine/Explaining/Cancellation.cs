using System.Numerics.Tensors;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rules;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Models;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>
/// Says where values times gradients cancel: what does not change when its input x is scaled, as a normalisation, has Σ x · ∂y/∂x = 0
/// (Euler's theorem for functions of degree 0). What arrives is rounding, or as little as the ε of the normalisation leaves.
/// </summary>
internal static class Cancellation
{
    // Of the sum of magnitudes. Where the graph does not say that a normalisation follows, so little is no coincidence.
    private const double AtEveryPlace = 1e-3;
    private const double Altogether = 1e-5;
    private const double BeforeNormalization = 1e-2;

    // Layers that are looked at: a normalisation in single operators has some inside that cancel, too.
    private const int Behind = 6;
    private const int Before = 2;

    private static readonly HashSet<string> Normalizations =
    [
        "LayerNormalization",
        "InstanceNormalization",
        "GroupNormalization",
        "RMSNormalization",
        "SimplifiedLayerNormalization",
        "LpNormalization",
        "MeanVarianceNormalization",
    ];
    private static readonly HashSet<string> Views =
    [
        "Transpose",
        "Reshape",
        "Flatten",
        "Squeeze",
        "Unsqueeze",
        "Identity",
        "Cast",
        "Dropout",
    ];

    /// <summary>A warning for each layer whose products cancel.</summary>
    /// <param name="plan">The plan, at its target's layers.</param>
    /// <param name="study">Holds the item.</param>
    /// <param name="round">Which of its objectives.</param>
    /// <param name="item">Which item.</param>
    public static IEnumerable<Diagnostic> Of(ExplainPlan plan, Study study, int round, int item)
    {
        if (!plan.Method.SumsProducts || plan.Inputs > 1)
            yield break;
        foreach (var layer in plan.Layers)
        {
            var (places, total) = Left(study, round, item, layer);
            var follows = total > BeforeNormalization ? null : Normalization(plan.Model, layer);
            if (places <= (follows is null ? AtEveryPlace : BeforeNormalization))
            {
                yield return new(
                    "products-cancel",
                    $"At every place of '{layer}' the products of values and gradients cancel: {Because(follows)}, so they add up to zero, "
                        + $"and what is shown is rounding. {Instead(plan, study, round, item, layer)}"
                );
            }
            else if (follows is not null || total <= Altogether)
            {
                yield return new(
                    "sum-cancels",
                    $"The map of '{layer}' adds up to zero: {Because(follows)}. Its places can be compared; their sum is no share of "
                        + $"the score. {Instead(plan, study, round, item, layer)}"
                );
            }
        }
    }

    private static string Because(NodeProto? follows) =>
        follows is null
            ? "the score does not change when the values there are scaled"
            : $"they go into {OperatorName.Of(follows)}, which does not change when they are scaled";

    // What is left of the sums of products at all places, and of their sum, as shares of the magnitudes; 1 where there are no products.
    private static (double Places, double Total) Left(Study study, int round, int item, string layer)
    {
        var values = study.Maps(study.Activations(layer), layer, item);
        var gradients = study.Maps(study.Gradients(round, layer, GradientRules.Plain), layer, item);
        var (sums, product, magnitude) = (new double[values.Area], new float[values.Area], 0.0);
        for (var c = 0; c < values.Channels; c++)
        {
            TensorPrimitives.Multiply(values[c], gradients[c], product);
            for (var i = 0; i < product.Length; i++)
            {
                sums[i] += product[i];
                magnitude += Math.Abs(product[i]);
            }
        }
        return magnitude > 0 ? (sums.Sum(Math.Abs) / magnitude, Math.Abs(sums.Sum()) / magnitude) : (1, 1);
    }

    // The normalisation that everything from a layer to the score goes into first; null when there is none.
    private static NodeProto? Normalization(Model model, string layer)
    {
        var (graph, path) = (model.Graph, Paths.Between(model.Graph, layer, model.Description.Logit));
        var (views, found) = (new HashSet<string> { layer }, (NodeProto?)null);
        foreach (var node in graph.Nodes.Where(n => n.Output.Any(path.Contains) && n.Input.Any(views.Contains)))
        {
            if (Views.Contains(node.OpType))
                views.Add(node.Output[0]);
            else if (Normalizations.Contains(node.OpType) && views.Contains(node.Input[0]))
                found = node;
            else
                return null;
        }
        return found;
    }

    private static string Instead(ExplainPlan plan, Study study, int round, int item, string layer)
    {
        var description = plan.Model.Description;
        var path = Paths.Between(plan.Model.Graph, layer, description.Logit);
        string[] names = [.. description.Layers.Select(l => l.Name)];
        var at = Array.IndexOf(names, layer);
        string[] near = [.. names.Skip(at + 1).Where(path.Contains).Take(Behind), .. names.Take(Math.Max(at, 0)).Reverse().Take(Before)];
        near = [.. near.Where(l => Requirement.LayerGradient.WhyNot(plan.Model, l) is null)];
        if (near.Length > 0)
            study.Differentiate(round, near);
        return
            near.FirstOrDefault(l => Left(study, round, item, l) is { Places: > BeforeNormalization, Total: > BeforeNormalization })
                is { } other
            ? $"The layer '{other}' {(path.Contains(other) ? "behind" : "before")} it carries the sum."
            : "No layer near it carries the sum.";
    }
}
