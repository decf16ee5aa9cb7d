using Explain.Engine.Images;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Objectives;
using Explain.Engine.Parameters;
using Explain.Engine.Targets;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

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

    /// <summary>What the request says about how methods work.</summary>
    public MethodOptions Options => Parameters.Options;

    /// <summary>The deadline; plans of one request share it.</summary>
    public SharedDeadline Deadline { get; init; } = new(Parameters.Deadline);

    /// <summary>The layers as they are reported.</summary>
    public string LayerName => string.Join(',', Layers);

    /// <summary>Checks the method and the layers of a request.</summary>
    /// <exception cref="ExplainException">What is wrong with it.</exception>
    public static ExplainPlan Make(TargetGroup targets, ExplainParameters parameters)
    {
        var (model, description) = (targets.Model, targets.Model.Description);
        var method = MethodTable.Find(parameters.Method);
        if (parameters.Options.Compat != Compat.None && !method.Conventions.Contains(parameters.Options.Compat))
            throw UnknownConvention(method, parameters.Options.Compat);
        var layers =
            method.OfInput ? [InputOnly(description, method, parameters.Layer)]
            : parameters.Layer is null && method.DefaultLayers is { } own ? [.. own(model)]
            : ResolveLayers(description, parameters.Layer);
        foreach (var layer in layers.DefaultIfEmpty(null))
        {
            if (model.WhyNot(method, layer) is { } reason)
                throw NotSupported(description, method, reason);
        }

        if (parameters.Channels || parameters.Features)
            CheckFacts(method, layers, parameters.Options.Smooth);
        CheckSmoothing(method, parameters.Options.Smooth);
        var scored = targets.For(method, parameters);
        if (scored.WhyNot(method) is { } unfit)
            throw NotSupported(description, method, unfit);
        return new ExplainPlan(scored, method, layers, parameters);
    }

    /// <summary>A study of a batch, for one plan or several of one request that explain the same tensor.</summary>
    /// <param name="plans">The plans.</param>
    /// <param name="input">[N, …].</param>
    /// <param name="rounds">One objective a row in each.</param>
    /// <param name="cancellation">Ends native runs.</param>
    public static Study Study(
        IReadOnlyList<ExplainPlan> plans,
        FloatTensor input,
        IReadOnlyList<IReadOnlyList<IObjective>> rounds,
        CancellationToken cancellation
    ) => new(plans[0].Model, input, [.. plans.Select(p => p.Layers)], rounds, plans[0].Options, plans[0].Deadline, cancellation);

    /// <summary>How many inputs are explained for one map.</summary>
    public int Inputs => Options.Smooth == Smoothing.Aug ? Augmentation.Inputs : 1;

    /// <summary>The map of one row, smoothed and the layers' maps fused as asked for.</summary>
    public (Attribution Values, MapFinish.Result Map) Run(Study study, int round, int row) =>
        Options.Smooth == Smoothing.Aug ? Augmentation.Run(this, study, round, row) : RunPlain(study, round, row);

    /// <summary>The map of one row of the input as it is.</summary>
    public (Attribution Values, MapFinish.Result Map) RunPlain(Study study, int round, int row)
    {
        var values = Layers.Select(layer => Method.Run(new Probe(study, round, row, layer))).ToArray();
        var maps = Array.ConvertAll(values, v => MapFinish.Map(Method, v, Parameters.Sign, Options.Compat));
        if (maps.Length == 1)
            return (values[0], maps[0]);
        var (inputHeight, inputWidth) = InputExtent.Of(Model.Description.Input, study.Input);
        var (height, width, fused) = Method.Fuse([.. maps.Select(m => m.Map)], inputHeight, inputWidth, Options.Compat);
        var attribution = new Attribution(null, height, width, fused)
        {
            Diagnostics = [.. values.SelectMany(v => v.Diagnostics).Distinct()],
            Partial = values.Any(v => v.Partial is not null)
                ? new Progress(values.Sum(v => v.Partial?.Done ?? 0), values.Sum(v => v.Partial?.Of ?? 0))
                : null,
        };
        return (
            attribution,
            new MapFinish.Result(new SaliencyMap(height, width, fused, maps.Average(m => m.Map.PositiveShare)), maps.All(m => m.Finite))
        );
    }

    private static void CheckFacts(Method method, string[] layers, Smoothing smooth)
    {
        var reason =
            method.OfInput ? $"{method.Info.Id} looks at no target layer"
            : layers.Length > 1 ? "there is more than one target layer"
            : smooth == Smoothing.Aug ? "smooth=aug looks at several inputs"
            : null;
        if (reason is null)
            return;
        var message = $"{reason}; channels and features belong to one";
        throw new ExplainException(ExplainError.InvalidParameter, message, new Dictionary<string, string[]> { ["include"] = [message] });
    }

    private static void CheckSmoothing(Method method, Smoothing asked)
    {
        var allowed =
            method.OfInput || method.Reduce is not null ? "none"
            : method.ByChannel ? "none, aug, eigen"
            : "none, aug";
        if (allowed.Split(", ").Contains(asked.ToString().ToLowerInvariant()))
            return;
        var message = $"{method.Info.Id} cannot be smoothed like that; allowed: {allowed}";
        throw new ExplainException(ExplainError.InvalidParameter, message, new Dictionary<string, string[]> { ["smooth"] = [message] });
    }

    private static ExplainException UnknownConvention(Method method, Compat asked)
    {
        var allowed = string.Join(", ", method.Conventions.Prepend(Compat.None).Select(Conventions.NameOf));
        return new ExplainException(
            ExplainError.InvalidParameter,
            $"{method.Info.Id} does not know compat={Conventions.NameOf(asked)}",
            new Dictionary<string, string[]>
            {
                ["compat"] = [$"'{Conventions.NameOf(asked)}' is not allowed with {method.Info.Id}; allowed: {allowed}"],
            }
        );
    }

    private static string InputOnly(ModelDescription description, Method method, string? asked) =>
        asked is null or InputLayer || asked == description.Input.Name
            ? description.Input.Name
            : throw new ExplainException(
                ExplainError.InvalidParameter,
                $"{method.Info.Id} explains pixels and takes no target layer",
                new Dictionary<string, string[]>
                {
                    ["layer"] = [$"{method.Info.Id} explains pixels; leave layer out or give '{InputLayer}'"],
                }
            );

    private static string[] ResolveLayers(ModelDescription description, string? asked)
    {
        if (asked is null)
            return description.Layer is { } own ? [own] : [];
        // The name of a tensor may contain commas.
        if (description.Layers.Any(l => l.Name == asked))
            return [asked];
        var names = asked.Split(',').Select(n => ResolveLayer(description, n.Trim())).ToArray();
        return names.Distinct().Count() == names.Length
            ? names
            : throw new ExplainException(
                ExplainError.InvalidParameter,
                "a layer is named twice",
                new Dictionary<string, string[]> { ["layer"] = [$"'{asked}' names a layer twice"] }
            );
    }

    private static string ResolveLayer(ModelDescription description, string asked)
    {
        if (asked == InputLayer || asked == description.Input.Name)
            return description.Input.Name;
        if (description.Layers.Any(l => l.Name == asked))
            return asked;
        var near = description
            .Layers.Where(l => l.Name.Contains(asked, StringComparison.OrdinalIgnoreCase))
            .Take(3)
            .Concat(description.Layers.TakeLast(3))
            .DistinctBy(l => l.Name);
        throw new ExplainException(
            ExplainError.LayerNotFound,
            $"'{asked}' is not a feature map of model '{description.Name}'; possible are {string.Join(", ", near.Select(l => $"'{l.Name}'"))} and {description.Layers.Count} in all, see the model's description"
        );
    }

    private static ExplainException NotSupported(ModelDescription description, Method method, string reason)
    {
        var others = description.Methods.Where(m => m.Supported && m.Method != method.Info.Id).Select(m => m.Method).ToArray();
        return new ExplainException(
            ExplainError.MethodNotSupported,
            $"{method.Info.Id} cannot be computed: {reason}. {(others.Length > 0 ? $"Supported at the default layer: {string.Join(", ", others)}" : "No method is supported on this model; predict works")}."
        );
    }
}
