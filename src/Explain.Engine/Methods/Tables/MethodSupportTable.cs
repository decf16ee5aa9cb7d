using Explain.Engine.Methods.Probing;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;

namespace Explain.Engine.Methods.Tables;

/// <summary>Which methods a model can do at its default layer, and why not.</summary>
internal static class MethodSupportTable
{
    /// <summary>Every method with its verdict.</summary>
    public static IReadOnlyList<MethodSupport> For(Model model) =>
        [
            .. MethodTable.All.Select(info =>
                WhyNot(model, MethodTable.Find(info.Id)) is { } reason
                    ? new MethodSupport(info.Id, false, reason)
                    : new MethodSupport(info.Id, true, null)
            ),
        ];

    private static string? WhyNot(Model model, Method method) => (
            method.DefaultLayers is { } own ? own(model)
            : model.Description.Layer is { } layer ? [layer]
            : []
        ).Cast<string?>().DefaultIfEmpty(null).Select(l => WhyNot(model, method, l)).FirstOrDefault(r => r is not null);

    /// <summary>Why a method cannot be done at a layer; null when it can. The graph is searched once for each.</summary>
    public static string? WhyNot(Model model, Method method, string? layer) =>
        model.Output.WhyNot($"method|{method.Info.Id}|{layer}", () => Reason(model, method, layer));

    private static string? Reason(Model model, Method method, string? layer) =>
        layer is null && !method.OfInput
            ? $"the model has no spatial feature map between its input and {Output(model.Description)}{Hint(model.Description)}"
            : method
                .Requirements.Select(n => n.WhyNot(model, method.OfInput ? model.Description.Input.Name : layer!))
                .FirstOrDefault(r => r is not null);

    private static string Output(ModelDescription description) => description.Classes > 0 ? "its class scores" : $"'{description.Logit}'";

    // A quantised graph may keep its feature maps in integers.
    private static string Hint(ModelDescription description) =>
        description.MissingGradients.Count == 0
            ? ""
            : " that is made of floats; it computes with "
                + string.Join(", ", description.MissingGradients.Select(m => m.Operator).Distinct())
                + $" (first at node '{description.MissingGradients[0].Node}'), which have no gradient rule";
}
