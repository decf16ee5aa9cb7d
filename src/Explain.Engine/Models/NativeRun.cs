using System.Diagnostics;
using System.Numerics.Tensors;
using Explain.Autodiff.Backpropagation;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Scheduling;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Objectives;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models;

/// <summary>Native runs of a model, with failures that say what a caller can mend.</summary>
internal static class NativeRun
{
    /// <summary>What a request asks of the input on.</summary>
    public static Pass Of(Model model, PassRequest request, CancellationToken cancellation)
    {
        var (query, objectives) = (request.Query, request.Objectives);
        using var feeds = Feeds.Of(model, request.Input);
        if (objectives.Count > 0)
            feeds.Add(Seeds.NameOf(model, query), Seeds.Of(model, objectives));
        if (request.Reference is { } reference)
            feeds.Add(model.Graph.Own(ExplainGraph.Reference), RunTensor.Over(reference));
        return Collect(
            model,
            query,
            request.Input,
            request.ItemCount,
            request.Origins,
            feeds,
            objectives.Count > 0 ? Seeds.Classes(model, objectives) : null,
            cancellation
        );
    }

    /// <summary>One run with all that is asked of it; finite scores, one batch item each.</summary>
    public static Pass Collect(
        Model model,
        GradientQuery query,
        FloatTensor input,
        int items,
        IReadOnlyList<RunOrigin> origins,
        Feeds feeds,
        (string, long[], long[])? classes,
        CancellationToken cancellation
    )
    {
        var image = model.Description.Input.Name;
        var kept = query.FromLayers ? [] : query.Layers.Where(l => l != image).ToArray();
        var gradients = query.Gradients ? query.Layers.Select(l => model.Graph.Own(ExplainGraph.GradientOf(l))) : [];
        RunOutput[] outputs = [new(query.Scores), .. kept.Concat(gradients).Select(name => new RunOutput(name, model.Loaded.Memory))];
        using var lease = model.Loaded.Borrow(query);
        var start = Stopwatch.GetTimestamp();
        var results = Run(model, lease, origins, items, feeds.Tensors, classes, outputs, cancellation);
        model.Timings.Add(
            query.Gradients ? PassKind.Gradient
                : query.FromLayers ? PassKind.Head
                : PassKind.Forward,
            query.Gradients || query.FromLayers ? string.Join('|', query.Layers) : "",
            items,
            Stopwatch.GetElapsedTime(start)
        );
        results[0] = Items(model, results[0], items);
        var activations = kept.Select((l, i) => (Layer: l, Value: results[1 + i])).ToDictionary(p => p.Layer, p => p.Value);
        if (!query.FromLayers && query.Layers.Contains(image))
            activations[image] = RunTensor.Over(input);
        var pass = new Pass(
            results[0],
            activations,
            results.Skip(1 + kept.Length).Zip(query.Layers).ToDictionary(p => p.Second, p => p.First)
        );
        if (TensorPrimitives.IsFiniteAll(results[0].Values))
            return pass;
        pass.Dispose();
        throw new ExplainException(
            ExplainError.InvalidRequest,
            $"the model's {(model.Description.Classes > 0 ? "scores" : "outputs")} for this input are not finite numbers; "
                + "the input is outside what the model can compute"
        );
    }

    /// <summary>One run.</summary>
    // A token outside the vocabulary is found by the model, not by its shapes; and so is a cotangent of another image's output.
    public static RunTensor[] Run(
        Model model,
        SessionCache.Lease lease,
        IReadOnlyList<RunOrigin> origins,
        int items,
        IReadOnlyDictionary<string, RunTensor> feeds,
        (string, long[], long[])? classes,
        RunOutput[] outputs,
        CancellationToken cancellation
    )
    {
        using var span = EngineTelemetry.StartRun(origins, items, model.Description.Name, model.Description.Provider, lease.WasOpen);
        var start = Stopwatch.GetTimestamp();
        try
        {
            var results = Run(span, lease, feeds, classes, outputs, cancellation);
            model.Loaded.Counts.Add(items, Stopwatch.GetElapsedTime(start));
            return results;
        }
        catch (OnnxRuntimeException e) when (model.Description.AuxiliaryInputs is { Count: > 0 } further)
        {
            throw new ExplainException(
                ExplainError.InvalidRequest,
                $"the model cannot compute with these values of {AuxiliaryInputs.List(further)}: {NativeFailure.Describe(e, model.Graph)}",
                cause: e
            );
        }
        catch (OnnxRuntimeException) when (model.Shape.Varies && feeds.ContainsKey(model.Graph.Own(ExplainGraph.Cotangent)))
        {
            throw CotangentObjective.Changed();
        }
        catch (OnnxRuntimeException e)
        {
            throw new ExplainException(
                ExplainError.MethodNotSupported,
                $"ONNX Runtime cannot run what this takes of the model: {NativeFailure.Describe(e, model.Graph)}",
                cause: e
            );
        }
    }

    private static RunTensor[] Run(
        Activity? span,
        SessionCache.Lease lease,
        IReadOnlyDictionary<string, RunTensor> feeds,
        (string, long[], long[])? classes,
        RunOutput[] outputs,
        CancellationToken cancellation
    )
    {
        try
        {
            return SessionRun.Run(lease.Session, feeds, classes, outputs, cancellation);
        }
        catch (Exception e)
        {
            span.Fail(e);
            throw;
        }
    }

    private static RunTensor Items(Model model, RunTensor scores, int items)
    {
        var whole = model.Shape.Alone ? scores.AsItem() : scores;
        if (whole.Shape.Length > 0 && whole.ItemCount == items)
            return whole;
        scores.Dispose();
        throw new ExplainException(
            ExplainError.MethodNotSupported,
            $"'{model.Description.Logit}' has the shape {OutputShape.Text(scores.Shape)} for {items} items of the input; "
                + "its first axis is no batch axis"
        );
    }
}
