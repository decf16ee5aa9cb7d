using System.Diagnostics;
using System.Numerics.Tensors;
using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Rules;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Scheduling;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Objectives;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models;

/// <summary>What one run of a model's graph gave. Owns native memory.</summary>
/// <param name="Scores">The tensor that the model explains, one row a row of the input: class scores, [N, K] or [N, K, 1, …], or what else
/// it is; finite. Null where the run began behind the input and gives gradients only.</param>
/// <param name="Activations">The layers' values, shaped as in the graph.</param>
/// <param name="Gradients">The gradient of each row's objective with respect to each layer, shaped like it.</param>
internal sealed record Pass(
    RunTensor? Scores,
    IReadOnlyDictionary<string, RunTensor> Activations,
    IReadOnlyDictionary<string, RunTensor> Gradients
) : IDisposable
{
    private static readonly IReadOnlyDictionary<string, RunTensor> None = new Dictionary<string, RunTensor>();

    /// <summary>Scores and feature maps, forward only.</summary>
    public static Pass Forward(Model model, FloatTensor input, IReadOnlyList<string> layers, CancellationToken cancellation) =>
        Schedule(
            model,
            new PassRequest(new GradientQuery(model.Description.Logit, layers) { Gradients = false }, input, [], null),
            cancellation
        );

    /// <summary>Scores, feature maps and gradients: one forward and one backward pass.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">[N, …].</param>
    /// <param name="layers">Tensors to differentiate by; the input is allowed.</param>
    /// <param name="objectives">One a row, settled, all of one kind and with the same number of classes.</param>
    /// <param name="rules">The gradient rules.</param>
    /// <param name="cancellation">Ends the native run.</param>
    /// <param name="reference">For rules that compare inputs: what <paramref name="input"/> is compared with, shaped like it.</param>
    public static Pass Backward(
        Model model,
        FloatTensor input,
        IReadOnlyList<string> layers,
        IReadOnlyList<IObjective> objectives,
        RuleSet rules,
        CancellationToken cancellation,
        FloatTensor? reference = null
    )
    {
        var pass = Schedule(model, new PassRequest(Query(model, layers, objectives[0], rules), input, objectives, reference), cancellation);
        if (objectives[0].Classes is not null || pass.Scores!.Row(0).Length == objectives[0].Weights.Length)
            return pass;
        pass.Dispose();
        throw OutputShape.Changed();
    }

    /// <summary>Gradients of further objectives for feature maps that are already known.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">[N, …].</param>
    /// <param name="layer">The layer.</param>
    /// <param name="activations">Its value.</param>
    /// <param name="objectives">One a row, resolved.</param>
    /// <param name="rules">The gradient rules.</param>
    /// <param name="cancellation">Ends the native run.</param>
    public static Pass BackwardFrom(
        Model model,
        FloatTensor input,
        string layer,
        RunTensor activations,
        IReadOnlyList<IObjective> objectives,
        RuleSet rules,
        CancellationToken cancellation
    )
    {
        var gradient = RunFrom(
            model,
            Query(model, [layer], objectives[0], rules) with
            {
                FromLayers = true,
            },
            input,
            layer,
            activations,
            objectives,
            ExplainGraph.GradientOf(layer),
            cancellation
        );
        return new Pass(null, None, new Dictionary<string, RunTensor> { [layer] = gradient });
    }

    /// <summary>
    /// The curvature along a layer whose value is known: the Hessian of each row's objective times that value, as
    /// <see cref="ExplainGraph.CurvatureOf"/> among the gradients.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="input">[N, …].</param>
    /// <param name="layer">The layer.</param>
    /// <param name="activations">Its value.</param>
    /// <param name="objectives">One a row, resolved.</param>
    /// <param name="cancellation">Ends the native run.</param>
    public static Pass CurvatureFrom(
        Model model,
        FloatTensor input,
        string layer,
        RunTensor activations,
        IReadOnlyList<IObjective> objectives,
        CancellationToken cancellation
    )
    {
        var query = Query(model, [layer], objectives[0], GradientRules.Plain) with { FromLayers = true, Curvature = true };
        var curvature = ExplainGraph.CurvatureOf(layer);
        return new Pass(
            null,
            None,
            new Dictionary<string, RunTensor>
            {
                [curvature] = RunFrom(model, query, input, layer, activations, objectives, curvature, cancellation),
            }
        );
    }

    /// <summary>The class scores of given feature maps: the model from the layer on.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layer">A layer through which alone the scores depend on the input.</param>
    /// <param name="activations">Shaped like the layer.</param>
    /// <param name="rows">N, which need not be the extent of the first axis.</param>
    /// <param name="cancellation">Ends the native run.</param>
    public static Pass Head(Model model, string layer, FloatTensor activations, int rows, CancellationToken cancellation)
    {
        var query = new GradientQuery(model.Description.Logit, [layer]) { Gradients = false, FromLayers = true };
        using var feeds = Feeds.Of(model, layer, activations, rows);
        return model.Runs.RunAlone(c => Collect(model, query, activations, rows, [], feeds, null, c), cancellation);
    }

    /// <summary>Copies of parts of the rows, one after the other; null when a tensor has another first axis than the batch.</summary>
    /// <param name="rows">Rows of each part.</param>
    public IReadOnlyList<Pass>? Split(IReadOnlyList<int> rows)
    {
        var all = rows.Sum();
        if (Activations.Values.Concat(Gradients.Values).Append(Scores!).Any(t => t.Rows != all))
            return null;
        var parts = new Pass[rows.Count];
        for (var (n, first) = (0, 0); n < parts.Length; first += rows[n], n++)
            parts[n] = new Pass(Scores!.Part(first, rows[n]), Part(Activations, first, rows[n]), Part(Gradients, first, rows[n]));
        return parts;
    }

    private static Dictionary<string, RunTensor> Part(IReadOnlyDictionary<string, RunTensor> tensors, int first, int rows) =>
        tensors.ToDictionary(t => t.Key, t => t.Value.Part(first, rows));

    /// <inheritdoc/>
    public void Dispose()
    {
        Scores?.Dispose();
        foreach (var tensor in Activations.Values.Concat(Gradients.Values))
            tensor.Dispose();
    }

    private static RunTensor RunFrom(
        Model model,
        GradientQuery query,
        FloatTensor input,
        string layer,
        RunTensor activations,
        IReadOnlyList<IObjective> objectives,
        string output,
        CancellationToken cancellation
    )
    {
        using var lease = model.Borrow(query);
        using var feeds = Feeds.Of(model, input).Add(SeedName(query), Seed(model, objectives));
        // For the input as layer both names are the same, and so are the values.
        var fed = new Dictionary<string, RunTensor>(feeds.Tensors) { [layer] = activations };
        return model.Runs.RunAlone(c => Run(model, lease, [], objectives.Count, fed, Classes(objectives), [output], c)[0], cancellation);
    }

    private static Pass Schedule(Model model, PassRequest request, CancellationToken cancellation) =>
        model.Runs.Run(
            request,
            model.JoinsRequests && request.Query.Layers.All(l => model.Description.LayoutOf(l).Batch == 0),
            (asked, c) => Run(model, asked, c),
            cancellation
        );

    private static Pass Run(Model model, PassRequest request, CancellationToken cancellation)
    {
        var (query, objectives) = (request.Query, request.Objectives);
        using var feeds = Feeds.Of(model, request.Input);
        if (objectives.Count > 0)
            feeds.Add(SeedName(query), Seed(model, objectives));
        if (request.Reference is { } reference)
            feeds.Add(ExplainGraph.Reference, RunTensor.Over(reference));
        return Collect(
            model,
            query,
            request.Input,
            request.Rows,
            request.Origins,
            feeds,
            objectives.Count > 0 ? Classes(objectives) : null,
            cancellation
        );
    }

    private static Pass Collect(
        Model model,
        GradientQuery query,
        FloatTensor input,
        int rows,
        IReadOnlyList<ActivityContext> origins,
        Feeds feeds,
        (string, long[], long[])? classes,
        CancellationToken cancellation
    )
    {
        var image = model.Description.Input.Name;
        var kept = query.FromLayers ? [] : query.Layers.Where(l => l != image).ToArray();
        string[] outputs = [query.Scores, .. kept, .. query.Gradients ? query.Layers.Select(ExplainGraph.GradientOf) : []];
        using var lease = model.Borrow(query);
        var start = Stopwatch.GetTimestamp();
        var results = Run(model, lease, origins, rows, feeds.Tensors, classes, outputs, cancellation);
        model.Timings.Add(
            query.Gradients ? PassKind.Gradient
                : query.FromLayers ? PassKind.Head
                : PassKind.Forward,
            query.Gradients || query.FromLayers ? string.Join('|', query.Layers) : "",
            rows,
            Stopwatch.GetElapsedTime(start)
        );
        results[0] = Rows(model, results[0], rows);
        var activations = kept.Select((l, i) => (Layer: l, Value: results[1 + i])).ToDictionary(p => p.Layer, p => p.Value);
        if (!query.FromLayers && query.Layers.Contains(image))
            activations[image] = RunTensor.Over(input);
        var gradients = results.Skip(1 + kept.Length).Zip(query.Layers).ToDictionary(p => p.Second, p => p.First);
        var pass = new Pass(results[0], activations, gradients);
        if (TensorPrimitives.IsFiniteAll(results[0].Values))
            return pass;
        pass.Dispose();
        throw new ExplainException(
            ExplainError.InvalidRequest,
            $"the model's {(model.Description.Classes > 0 ? "scores" : "outputs")} for this input are not finite numbers; the input is outside what the model can compute"
        );
    }

    // A token outside the vocabulary is found by the model, not by its shapes; and so is a cotangent of another picture's output.
    private static RunTensor[] Run(
        Model model,
        SessionCache.Lease lease,
        IReadOnlyList<ActivityContext> origins,
        int rows,
        IReadOnlyDictionary<string, RunTensor> feeds,
        (string, long[], long[])? classes,
        string[] outputs,
        CancellationToken cancellation
    )
    {
        using var span = EngineTelemetry.StartRun(origins, rows, model.Description, lease.WasOpen);
        try
        {
            return StageClock.Watch(span, () => SessionRun.Run(lease.Session, feeds, classes, outputs, cancellation));
        }
        catch (OnnxRuntimeException e) when (model.Description.AuxiliaryInputs is { Count: > 0 } further)
        {
            throw new ExplainException(
                ExplainError.InvalidRequest,
                $"the model cannot compute with these values of {AuxiliaryInputs.List(further)}: {Reason(e)}"
            );
        }
        catch (OnnxRuntimeException) when (model.Shape.Varies && feeds.ContainsKey(ExplainGraph.Cotangent))
        {
            throw OutputShape.Changed();
        }
        catch (OnnxRuntimeException e)
        {
            throw new ExplainException(
                ExplainError.MethodNotSupported,
                $"ONNX Runtime cannot run what this takes of the model: {Reason(e)}"
            );
        }
    }

    private static string Reason(OnnxRuntimeException e)
    {
        const string Prefix = "Status Message: ";
        return (e.Message.IndexOf(Prefix, StringComparison.Ordinal) is >= 0 and var at ? e.Message[(at + Prefix.Length)..] : e.Message)
            .ReplaceLineEndings(" ")
            .Trim();
    }

    private static RunTensor Rows(Model model, RunTensor scores, int rows)
    {
        var whole = model.Shape.Alone ? scores.AsRow() : scores;
        if (whole.Shape.Length > 0 && whole.Rows == rows)
            return whole;
        scores.Dispose();
        throw new ExplainException(
            ExplainError.MethodNotSupported,
            $"'{model.Description.Logit}' has the shape {OutputShape.Text(scores.Shape)} for {rows} rows of the input; its first axis is no batch axis"
        );
    }

    private static GradientQuery Query(Model model, IReadOnlyList<string> layers, IObjective objective, RuleSet rules) =>
        new(model.Description.Logit, layers)
        {
            Function = objective.Function,
            Dense = objective.Classes is null,
            Rules = rules,
        };

    private static string SeedName(GradientQuery query) => query.Dense ? ExplainGraph.Cotangent : ExplainGraph.Weights;

    private static (string, long[], long[])? Classes(IReadOnlyList<IObjective> objectives) =>
        objectives[0].Classes is { Length: var count }
            ? (ExplainGraph.Classes, [objectives.Count, count], [.. objectives.SelectMany(o => o.Classes!)])
            : null;

    private static RunTensor Seed(Model model, IReadOnlyList<IObjective> objectives)
    {
        var (rows, values) = (objectives.Count, objectives.Count == 1 ? objectives[0].Weights : [.. objectives.SelectMany(o => o.Weights)]);
        return objectives[0].Classes is null
            ? RunTensor.Over(
                objectives[0].Extents is { } extents
                    ? [.. model.Shape.Alone ? Array.Empty<long>() : [rows], .. extents]
                    : AsScores(model, rows),
                values
            )
            : RunTensor.Over([rows, values.Length], ExplainGraph.PerItem(values, rows));
    }

    // Clients see the class scores as [N, K]; in the graph they may have more axes.
    private static long[] AsScores(Model model, int rows) =>
        [
            rows,
            .. model.Graph.Type(model.Description.Logit)?.Dims is { } dims
                ? dims.Skip(1).Select((d, axis) => d.Size ?? (axis == 0 ? model.Description.Classes : 1))
                : [model.Description.Classes],
        ];
}
