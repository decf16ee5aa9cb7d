using Explain.Autodiff.Backpropagation;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Objectives;

namespace Explain.Engine.Models;

/// <summary>Where the backward pass of objectives begins, as the explaining graph takes it.</summary>
internal static class Seeds
{
    /// <summary>The input of the explaining graph that takes it.</summary>
    public static string NameOf(Model model, GradientQuery query) =>
        model.Graph.Own(query.Dense ? ExplainGraph.Cotangent : ExplainGraph.Weights);

    /// <summary>The class indices, [N, S], by the name of the input that takes them; null for objectives that name none.</summary>
    public static (string, long[], long[])? Classes(Model model, IReadOnlyList<IObjective> objectives) =>
        objectives[0].Classes is { Length: var count }
            ? (model.Graph.Own(ExplainGraph.Classes), [objectives.Count, count], [.. objectives.SelectMany(o => o.Classes!)])
            : null;

    /// <summary>The factors of the batch items, one objective each.</summary>
    public static RunTensor Of(Model model, IReadOnlyList<IObjective> objectives)
    {
        var (items, values) = (
            objectives.Count,
            objectives.Count == 1 ? objectives[0].Weights : [.. objectives.SelectMany(o => o.Weights)]
        );
        return objectives[0].Classes is null
            ? RunTensor.Over(
                objectives[0].Extents is { } extents
                    ? [.. model.Shape.Alone ? Array.Empty<long>() : [items], .. extents]
                    : AsScores(model, items),
                values
            )
            : RunTensor.Over([items, values.Length], ExplainGraph.PerItem(values, items));
    }

    // Clients see the class scores as [N, K]; in the graph they may have more axes.
    private static long[] AsScores(Model model, int items) =>
        [
            items,
            .. model.Graph.Type(model.Description.Logit)?.Dims is { } dims
                ? dims.Skip(1).Select((d, axis) => d.Size ?? (axis == 0 ? model.Description.Classes : 1))
                : [model.Description.Classes],
        ];
}
