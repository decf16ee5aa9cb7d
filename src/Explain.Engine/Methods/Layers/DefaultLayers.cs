using Explain.Engine.Methods.Probing;
using Explain.Engine.Models;

namespace Explain.Engine.Methods.Layers;

/// <summary>The target layers of methods that choose their own, where the request names none.</summary>
internal static class DefaultLayers
{
    private const int RefinedResolutions = 3;

    // A padded map is not one of the model's resolutions.
    private const string Padding = "Pad";

    /// <summary>The last differentiable layer of each of the last resolutions; empty without a layer.</summary>
    public static IReadOnlyList<string> LastOfEachResolution(Model model)
    {
        var description = model.Description;
        if (description.Layers.FirstOrDefault(l => l.Name == description.Layer) is not { } last)
            return [];
        var before = description
            .Layers.TakeWhile(l => l != last)
            .Reverse()
            .Where(l => l.Height > last.Height && l.Operator != Padding && Requirement.LayerGradient.WhyNot(model, l.Name) is null)
            .DistinctBy(l => (l.Height, l.Width));
        return [.. before.Take(RefinedResolutions - 1).Reverse().Select(l => l.Name), last.Name];
    }

    /// <summary>
    /// The last layer that every way from the input to the score goes through: in a residual block, the last layer is often one of the
    /// ways. The model's own where there is none; empty without a layer.
    /// </summary>
    public static IReadOnlyList<string> LastHead(Model model) =>
        model.Description is not { Layer: { } own, Layers: var layers }
            ? []
            :
            [
                layers
                    .Reverse()
                    .SkipWhile(l => l.Name != own)
                    .Select(l => l.Name)
                    .FirstOrDefault(l => Requirement.Head.WhyNot(model, l) is null)
                    ?? own,
            ];
}
