using Explain.Engine.Images;
using Explain.Engine.Measures;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models;
using Explain.Engine.Objectives;
using Explain.Engine.Parameters;
using Explain.Engine.Targets;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>A request checked against a model: everything that can be wrong with it is known before an image is decoded.</summary>
/// <param name="Targets">What is explained; its model explains the tensor they belong to.</param>
/// <param name="Method">The method.</param>
/// <param name="Layers">Target layers; several are fused.</param>
/// <param name="Parameters">What was asked.</param>
internal sealed record ExplainPlan(TargetGroup Targets, Method Method, IReadOnlyList<string> Layers, ExplainParameters Parameters)
{
    /// <summary>The model.</summary>
    public Model Model => Targets.Model;

    /// <summary>What the request says about how methods work.</summary>
    public MethodOptions Options => Parameters.Options;

    /// <summary>The deadline; plans of one request share it.</summary>
    public SharedDeadline Deadline { get; init; } = new(Parameters.Deadline);

    /// <summary>The layers as they are reported.</summary>
    public string LayerName => string.Join(',', Layers);

    /// <summary>Checks the method and the layers of a request.</summary>
    /// <param name="targets">What is explained.</param>
    /// <param name="parameters">How.</param>
    /// <exception cref="ExplainException">What is wrong with it.</exception>
    public static ExplainPlan Make(TargetGroup targets, ExplainParameters parameters) =>
        TryMake(targets, parameters, out var problem) ?? throw problem!;

    /// <summary>Checks the method and the layers of a request.</summary>
    /// <param name="targets">What is explained.</param>
    /// <param name="parameters">How.</param>
    /// <param name="problem">What is wrong with it; null when nothing is.</param>
    /// <returns>The plan; null when something is wrong.</returns>
    public static ExplainPlan? TryMake(TargetGroup targets, ExplainParameters parameters, out ExplainException? problem)
    {
        var (model, method) = (targets.Model, MethodTable.Find(parameters.Method));
        string[] layers = [];
        problem = PlanChecks.Convention(method, parameters.Options.Compat)
            ?? PlanChecks.Layers(model, method, parameters.Layer, out layers)
            ?? PlanChecks.Support(model, method, layers)
            ?? PlanChecks.Facts(method, layers, parameters)
            ?? PlanChecks.Smoothing(method, parameters.Options.Smooth);
        if (problem is not null)
            return null;
        var scored = targets.For(method, parameters);
        problem = PlanChecks.Targets(scored, method);
        return problem is null ? new ExplainPlan(scored, method, layers, parameters) : null;
    }

    /// <summary>The same plan where another layer is the default; null when the method cannot be done there.</summary>
    /// <param name="layer">The default layer.</param>
    public ExplainPlan? At(string layer) =>
        TryMake(Targets with { Model = Model.At(layer) }, Parameters, out _) is { } plan ? plan with { Deadline = Deadline } : null;

    /// <summary>
    /// A study of a batch, for one plan or several of one request that explain the same tensor. Whatever a method asks of one of its layers
    /// it asks of all of them.
    /// </summary>
    /// <param name="plans">The plans.</param>
    /// <param name="input">[N, …].</param>
    /// <param name="rounds">One objective an item in each.</param>
    /// <param name="run">On whose behalf.</param>
    public static Study Study(
        IReadOnlyList<ExplainPlan> plans,
        FloatTensor input,
        IReadOnlyList<IReadOnlyList<IObjective>> rounds,
        RunContext run
    ) =>
        new(
            plans[0].Model,
            input,
            [.. plans.GroupBy(p => p.Method, p => p.Layers).Select(g => g.SelectMany(l => l).Distinct().ToArray())],
            rounds,
            plans[0].Options,
            plans[0].Deadline,
            run
        );

    /// <summary>The layers, and those that may take their place or be looked at with them when a target depends on others.</summary>
    public IReadOnlyList<string> PossibleLayers => TargetLayer.MayBeAnother(this) ? [.. Layers.Union(Model.Output.LastLayers)] : Layers;

    /// <summary>Values of one map, at most.</summary>
    public long MapCells =>
        // Maps of several layers become one of the input's size.
        Layers.Count == 1
        && Inputs == 1
            ? PossibleLayers.Max(l => Cells(SizeOf(l)))
            : Cells(SizeOf(Model.Description.Input.Name));

    /// <summary>Batch items that go through the model at most, beside the first forward pass of every request.</summary>
    public PassCount Passes =>
        Layers.Select(PassesAt).Aggregate(new PassCount(MeasuringPasses, 0, 0) + TargetLayer.Passes(this), (sum, p) => sum + p);

    /// <summary>
    /// Forward passes that measure how faithful the maps are: of pictures, and of those that are explained before that.
    /// </summary>
    public int MeasuringPasses =>
        Parameters.Faithfulness ? Targets.Objectives.Count * MeasureTable.Passes(Options.Compat, Pixels) + ExplanationsAgain : 0;

    /// <summary>Those that one layer takes.</summary>
    public PassCount PassesAt(string layer) => PassesOf(Targets.Objectives.Count, layer) + PassesOf(1, layer) * ExplanationsAgain;

    private int Pixels => Model.Description.Input.Height * Model.Description.Input.Width;

    // Of one target each.
    private int ExplanationsAgain =>
        Parameters.Faithfulness && !Method.IsGiven ? Targets.Objectives.Count * MeasureTable.Explanations(Options.Compat, Pixels) : 0;

    private PassCount PassesOf(int targets, string layer)
    {
        var (size, input) = (SizeOf(layer), Model.Description.Input);
        var passes = Method.Passes(new Workload(size.Channels, size.Height, size.Width, input.Height, input.Width, targets, Options));
        // Changed inputs have their own forward pass; that of the input itself comes with every request.
        return Inputs == 1 ? passes : new PassCount(Inputs * (passes.Forward + 1), Inputs * passes.Head, Inputs * passes.Backward);
    }

    /// <summary>The extents of a layer's feature maps.</summary>
    public LayerSize SizeOf(string layer)
    {
        var input = Model.Description.Input;
        return Model.Description.Layers.FirstOrDefault(l => l.Name == layer) is { } found
            ? new LayerSize(layer, found.Channels, found.Height, found.Width)
            : new LayerSize(layer, input.Channels, input.Height, input.Width);
    }

    private static long Cells(LayerSize size) => (long)size.Height * size.Width;

    /// <summary>How many inputs are explained for one map.</summary>
    public int Inputs => Options.Smooth == Smoothing.Aug ? Augmentation.Inputs : 1;

    /// <summary>The map of one item, smoothed and the layers' maps fused as asked for.</summary>
    /// <param name="study">Holds the item.</param>
    /// <param name="round">Which of its objectives.</param>
    /// <param name="item">Which item.</param>
    /// <param name="growing">Where the map goes while it grows; one that is made of several never does.</param>
    public (Attribution Values, MapFinish.Result Map) Run(Study study, int round, int item, GrowingMap? growing = null) =>
        Options.Smooth == Smoothing.Aug
            ? Augmentation.Run(this, study, round, item)
            : RunPlain(study, round, item, Layers.Count == 1 ? growing : null);

    // Weights of channels are found on the host.
    private Attribution Values(Probe probe) => (Parameters.Channels ? null : DeviceMap.Of(Method, probe)) ?? Method.Run(probe);

    /// <summary>The map of one item of the input as it is.</summary>
    public (Attribution Values, MapFinish.Result Map) RunPlain(Study study, int round, int item, GrowingMap? growing = null)
    {
        var values = Layers.Select(layer => Values(new Probe(study, round, item, layer, growing))).ToArray();
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
}

/// <summary>Extents of a layer's feature maps.</summary>
/// <param name="Name">Name of the tensor.</param>
/// <param name="Channels">C.</param>
/// <param name="Height">h.</param>
/// <param name="Width">w.</param>
internal readonly record struct LayerSize(string Name, int Channels, int Height, int Width);
