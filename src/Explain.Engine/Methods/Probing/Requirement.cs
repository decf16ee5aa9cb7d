using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using Explain.Autodiff.Rules;
using Explain.Engine.Models;

namespace Explain.Engine.Methods.Probing;

/// <summary>Something a method needs from a model.</summary>
/// <param name="Text">What it is, as clients read it; null where another requirement of the same methods says enough.</param>
/// <param name="WhyNot">Why a model does not have it at a layer; null when it has.</param>
internal sealed record Requirement(string? Text, Func<Model, string, string?> WhyNot)
{
    /// <summary>Nothing that a model could lack.</summary>
    public static readonly Requirement ScoresOnly = new("nothing but its scores", (_, _) => null);

    /// <summary>A target layer, which every method has that is not of the input.</summary>
    public static readonly Requirement TargetLayer = new("a target layer with feature maps", (_, _) => null);

    /// <summary>The gradient of the score with respect to the layer.</summary>
    public static readonly Requirement LayerGradient = new("a gradient rule for every operator behind the layer", (model, layer) =>
        Missing(model, layer, GradientRules.Plain)
    );

    /// <summary>The second derivative of the score along the layer.</summary>
    public static readonly Requirement LayerCurvature = new(null, (model, layer) =>
        ExplainGraph.TryBuild(
            model.Graph,
            new GradientQuery(model.Description.Logit, [layer]) { FromLayers = true, Curvature = true },
            out _,
            out var reason
        )
            ? null
            : reason
    );

    /// <summary>The gradient of the score with respect to the input.</summary>
    public static readonly Requirement InputGradient = new("a gradient rule for every operator of the model", (model, _) =>
        Missing(model, model.Description.Input.Name, GradientRules.Plain)
    );

    /// <summary>What a rule set hands down to the input.</summary>
    public static Requirement AtInput(RuleSet rules) =>
        new($"a rule of {rules.Name} for every operator of the model", (model, _) => Missing(model, model.Description.Input.Name, rules));

    /// <summary>What a rule set hands down to the layer.</summary>
    public static Requirement AtLayer(RuleSet rules) =>
        new($"a rule of {rules.Name} for every operator behind the layer", (model, layer) => Missing(model, layer, rules));

    /// <summary>Pooling and one linear layer behind the target layer.</summary>
    public static readonly Requirement LinearHead = new(
        "global average or max pooling and one linear layer behind the layer, or a 1×1 convolution and global average pooling",
        (model, layer) => model.Output.HeadBehind(layer).WhyNot
    );

    /// <summary>Class scores, for methods that compare classes.</summary>
    public static readonly Requirement ClassScores = new(null, (model, _) =>
        model.Description.Classes > 0 ? null : $"'{model.Description.Logit}' holds no class scores to compare"
    );

    /// <summary>A layer through which alone the score depends on the input.</summary>
    public static readonly Requirement Head = new(
        "a target layer with feature maps that every way from the input to the score goes through",
        (model, layer) =>
            model.Graph.Producer(layer) is null ? $"'{layer}' is the input itself"
            : Paths.Around(model.Graph, model.Description.Input.Name, model.Description.Logit, layer)
                ? $"the score depends on the input by ways around '{layer}'"
            : null
    );

    // Many methods need the same.
    private static string? Missing(Model model, string layer, RuleSet rules) =>
        model.Output.WhyNot($"rules|{rules.Name}|{layer}", () => Search(model, layer, rules));

    private static string? Search(Model model, string layer, RuleSet rules)
    {
        if (Upgrade.WhyNot(model.Graph) is { } old)
            return old;
        var missing = Backward.Missing(model.Graph, model.Description.Logit, [layer], rules);
        return missing.Count > 0 ? new MissingRuleException(missing).Message
            : rules == GradientRules.Plain && model.Output.WhyRefused(layer) is { } refused ? Ended(model) ?? refused
            : null;
    }

    // An output that no derivative leads to is a whole number by nature.
    private static string? Ended(Model model)
    {
        var (graph, image, output) = (model.Graph, model.Description.Input.Name, model.Description.Logit);
        return !Paths.Between(graph, image, output).Contains(output) && Paths.End(graph, image, output) is { } node
            ? $"{OperatorName.WithNode(node)} gives whole numbers, which have no gradient"
            : null;
    }
}
