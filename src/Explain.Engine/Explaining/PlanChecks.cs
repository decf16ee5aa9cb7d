using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Parameters;
using Explain.Engine.Targets;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>What can be wrong with a request for a method, each as a value: null when nothing is.</summary>
internal static class PlanChecks
{
    // A client gets the image by this name without knowing what the graph calls its input, unless another tensor has the name.
    private const string InputLayer = "input";

    // And by this one in any case.
    private const string AlwaysInput = ":input";

    /// <summary>Whether the method knows the convention.</summary>
    public static ExplainException? Convention(Method method, Compat asked)
    {
        if (asked == Compat.None || method.Conventions.Contains(asked))
            return null;
        var (name, allowed) = (Conventions.NameOf(asked), method.Conventions.Prepend(Compat.None).Select(Conventions.NameOf));
        return ExplainException.Parameter(
            "compat",
            $"{method.Info.Id} does not know compat={name}",
            $"'{name}' is not allowed with {method.Info.Id}; allowed: {string.Join(", ", allowed)}"
        );
    }

    /// <summary>Finds the target layers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="method">The method.</param>
    /// <param name="asked">One name or several, separated by commas; null when the request names none.</param>
    /// <param name="layers">Tensor names; none when the model has no spatial feature map.</param>
    public static ExplainException? Layers(Model model, Method method, string? asked, out string[] layers)
    {
        var description = model.Description;
        layers =
            method.OfInput ? [description.Input.Name]
            : asked is null && method.DefaultLayers is { } own ? [.. own(model)]
            : asked is null
                ? description.Layer is { } usual ? [usual]
                    : []
            : [.. Named(description, asked).Select(n => IsInput(description, n) ? description.Input.Name : n)];
        if (method.OfInput)
        {
            return asked is null or InputLayer or AlwaysInput || asked == description.Input.Name
                ? null
                : ExplainException.Parameter(
                    "layer",
                    $"{method.Info.Id} explains pixels and takes no target layer",
                    $"{method.Info.Id} explains pixels; leave layer out or give '{InputLayer}'"
                );
        }

        if (asked is null)
            return null;
        if (layers.FirstOrDefault(l => l != description.Input.Name && description.Layers.All(known => known.Name != l)) is { } unknown)
            return NoLayer(description, unknown);
        return layers.Distinct().Count() == layers.Length
            ? null
            : ExplainException.Parameter("layer", "a layer is named twice", $"'{asked}' names a layer twice");
    }

    /// <summary>What to say where the word for the image is the name of another tensor, which was meant then.</summary>
    public static IEnumerable<Diagnostic> Ambiguity(ExplainPlan plan)
    {
        var description = plan.Model.Description;
        if (
            !plan.Method.OfInput
            && plan.Parameters.Layer is { } asked
            && Named(description, asked).Contains(InputLayer)
            && description.Layers.FirstOrDefault(l => l.Name == InputLayer) is { } tensor
        )
        {
            yield return new(
                "layer-ambiguous",
                $"This graph has a tensor '{InputLayer}', from {tensor.Operator}: that is the layer. The image itself is "
                    + $"'{description.Input.Name}', or {AlwaysInput} in any model."
            );
        }
    }

    // The name of a tensor may contain commas.
    private static string[] Named(ModelDescription description, string asked) =>
        description.Layers.Any(l => l.Name == asked) ? [asked] : [.. asked.Split(',').Select(n => n.Trim())];

    private static bool IsInput(ModelDescription description, string layer) =>
        layer == AlwaysInput || (layer == InputLayer && description.Layers.All(l => l.Name != InputLayer));

    /// <summary>Whether the model can do the method at the layers.</summary>
    public static ExplainException? Support(Model model, Method method, string[] layers) =>
        layers
            .Cast<string?>()
            .DefaultIfEmpty(null)
            .Select(layer => MethodSupportTable.WhyNot(model, method, layer))
            .FirstOrDefault(reason => reason is not null)
            is { } reason
            ? NotSupported(model, method, reason)
            : null;

    /// <summary>Whether there are channels and features to answer, where they are asked for.</summary>
    public static ExplainException? Facts(Method method, string[] layers, ExplainParameters parameters)
    {
        var reason =
            !parameters.Channels && !parameters.Features ? null
            : method.OfInput ? $"{method.Info.Id} looks at no target layer"
            : layers.Length > 1 ? "there is more than one target layer"
            : parameters.Options.Smooth == Vocabulary.Smoothing.Aug ? "smooth=aug looks at several inputs"
            : null;
        return reason is null ? null : ExplainException.Parameter("include", $"{reason}; channels and features belong to one");
    }

    /// <summary>Whether the method's map can be smoothed like that.</summary>
    public static ExplainException? Smoothing(Method method, Smoothing asked)
    {
        string[] allowed =
            method.OfInput || method.Reduce is not null ? ["none"]
            : method.ByChannel ? ["none", "aug", "eigen"]
            : ["none", "aug"];
        return allowed.Contains(asked.ToString().ToLowerInvariant())
            ? null
            : ExplainException.Parameter("smooth", $"{method.Info.Id} cannot be smoothed like that; allowed: {string.Join(", ", allowed)}");
    }

    /// <summary>Whether the method can explain the targets.</summary>
    public static ExplainException? Targets(TargetGroup targets, Method method) =>
        targets.WhyNot(method) is { } unfit ? NotSupported(targets.Model, method, unfit) : null;

    private static ExplainException NoLayer(ModelDescription description, string asked)
    {
        var near = description
            .Layers.Where(l => l.Name.Contains(asked, StringComparison.OrdinalIgnoreCase))
            .Take(3)
            .Concat(description.Layers.TakeLast(3))
            .DistinctBy(l => l.Name)
            .Select(l => $"'{l.Name}'");
        return new ExplainException(
            ExplainError.LayerNotFound,
            $"'{asked}' is not a feature map of model '{description.Name}'; possible are {string.Join(", ", near)} "
                + $"and {description.Layers.Count} in all, see the model's description"
        );
    }

    private static ExplainException NotSupported(Model model, Method method, string reason)
    {
        string[] others = [.. MethodSupportTable.For(model).Where(m => m.Supported && m.Method != method.Info.Id).Select(m => m.Method)];
        var works =
            others.Length > 0
                ? $"Supported at the default layer: {string.Join(", ", others)}"
                : "No method is supported on this model; predict works";
        return new ExplainException(ExplainError.MethodNotSupported, $"{method.Info.Id} cannot be computed: {reason}. {works}.");
    }
}
