using Explain.Autodiff;
using Explain.Engine.Images;
using Explain.Engine.Methods;
using Explain.Engine.Models;
using Explain.Engine.Targets;

namespace Explain.Engine;

/// <summary>A request checked against a model: everything that can be wrong with it is known before a picture is decoded.</summary>
/// <param name="Targets">What is explained; its model explains the tensor they belong to.</param>
/// <param name="Method">The method.</param>
/// <param name="Layers">Target layers; several are fused.</param>
/// <param name="Parameters">What was asked.</param>
internal sealed record ExplainPlan(TargetGroup Targets, Method Method, IReadOnlyList<string> Layers, ExplainParameters Parameters)
{
    // A client gets the layer by this name without knowing what the graph calls its input.
    private const string InputLayer = "input";

    /// <summary>The model.</summary>
    public Model Model => Targets.Model;

    /// <summary>The layers as they are reported.</summary>
    public string LayerName => string.Join(',', Layers);

    /// <summary>Checks the method and the layers of a request.</summary>
    /// <exception cref="ExplainException">What is wrong with it.</exception>
    public static ExplainPlan Make(TargetGroup targets, ExplainParameters parameters)
    {
        var (model, description) = (targets.Model, targets.Model.Description);
        var method = MethodTable.Find(parameters.Method);
        var layers = method.OfInput ? [InputOnly(description, method, parameters.Layer)] : ResolveLayers(description, parameters.Layer);
        foreach (var layer in layers.DefaultIfEmpty(null))
            if (model.WhyNot(method, layer) is { } reason) throw NotSupported(description, method, reason);
        if (parameters.Channels || parameters.Features) CheckFacts(method, layers);
        if (method.LogitsOnly && targets.Objectives.FirstOrDefault(o => o.Function != ScoreFunction.Logit) is { } other)
            throw NotSupported(description, method, $"{method.Info.Id} has a closed form for logits only, not for {(other is ClassObjective ? $"score={targets.Score.Name}" : "this target")}");
        return new ExplainPlan(targets, method, layers, parameters);
    }

    /// <summary>A study of a batch.</summary>
    /// <param name="input">[N, …].</param>
    /// <param name="rounds">One objective a row in each.</param>
    /// <param name="cancellation">Ends native runs.</param>
    public Study Study(FloatTensor input, IReadOnlyList<IReadOnlyList<IObjective>> rounds, CancellationToken cancellation) =>
        new(Model, input, Layers, rounds, new MethodOptions { Seed = Parameters.Seed, Samples = Parameters.Samples, Compat = Parameters.Compat }, cancellation);

    /// <summary>The map of one row, the layers' maps fused.</summary>
    public (Attribution Values, MapFinish.Result Map) Run(Study study, int round, int row)
    {
        if (Layers.Count > 1) return Fusion.Mean(this, study, round, row);
        var values = Method.Run(new Probe(study, round, row, Layers[0]));
        return (values, MapFinish.Map(Method, values, Parameters.Sign));
    }

    private static void CheckFacts(Method method, string[] layers)
    {
        var reason = method.OfInput ? $"{method.Info.Id} looks at no target layer" : layers.Length > 1 ? "there is more than one target layer" : null;
        if (reason is null) return;
        var message = $"{reason}; channels and features belong to one";
        throw new ExplainException(ExplainError.InvalidParameter, message, new Dictionary<string, string[]> { ["include"] = [message] });
    }

    private static string InputOnly(ModelDescription description, Method method, string? asked) => asked is null or InputLayer || asked == description.Input.Name
        ? description.Input.Name
        : throw new ExplainException(ExplainError.InvalidParameter, $"{method.Info.Id} explains pixels and takes no target layer",
            new Dictionary<string, string[]> { ["layer"] = [$"{method.Info.Id} explains pixels; leave layer out or give '{InputLayer}'"] });

    private static string[] ResolveLayers(ModelDescription description, string? asked)
    {
        if (asked is null) return description.Layer is { } own ? [own] : [];
        // The name of a tensor may contain commas.
        if (description.Layers.Any(l => l.Name == asked)) return [asked];
        var names = asked.Split(',').Select(n => ResolveLayer(description, n.Trim())).ToArray();
        return names.Distinct().Count() == names.Length ? names
            : throw new ExplainException(ExplainError.InvalidParameter, "a layer is named twice", new Dictionary<string, string[]> { ["layer"] = [$"'{asked}' names a layer twice"] });
    }

    private static string ResolveLayer(ModelDescription description, string asked)
    {
        if (asked == InputLayer || asked == description.Input.Name)
            return description.Input.Layout == TensorLayout.Nchw ? description.Input.Name
                : throw new ExplainException(ExplainError.MethodNotSupported, "the model's input has its channels last; it cannot be the target layer of a method that weights channels");
        if (description.Layers.Any(l => l.Name == asked)) return asked;
        var near = description.Layers.Where(l => l.Name.Contains(asked, StringComparison.OrdinalIgnoreCase)).Take(3).Concat(description.Layers.TakeLast(3)).DistinctBy(l => l.Name);
        throw new ExplainException(ExplainError.LayerNotFound,
            $"'{asked}' is not a feature map of model '{description.Name}'; possible are {string.Join(", ", near.Select(l => $"'{l.Name}'"))} and {description.Layers.Count} in all, see the model's description");
    }

    private static ExplainException NotSupported(ModelDescription description, Method method, string reason)
    {
        var others = description.Methods.Where(m => m.Supported && m.Method != method.Info.Id).Select(m => m.Method).ToArray();
        return new ExplainException(ExplainError.MethodNotSupported,
            $"{method.Info.Id} cannot be computed: {reason}. {(others.Length > 0 ? $"Supported at the default layer: {string.Join(", ", others)}" : "No method is supported on this model; predict works")}.");
    }
}
