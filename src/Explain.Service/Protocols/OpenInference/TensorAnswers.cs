using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Models;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Explain.Service.Explaining;
using Explain.Service.Limits;
using Explain.Service.Security;
using Explain.Service.Telemetry;
using Explain.Service.Trail;
using Microsoft.AspNetCore.Authorization;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>Answers requests with tensors: reads, computes, writes.</summary>
internal sealed class TensorAnswers(
    ModelCatalogue catalogue,
    Explainer explainer,
    AdmissionGate gate,
    ImageMemoryLimiter room,
    AnswerTime time,
    IAuthorizationService access,
    TrailRecorder trail
)
{
    // The rest of a caller's time is for the run that is under way and for sending.
    private const double Computing = 0.8;

    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="version">Its version; null for the one that is served.</param>
    /// <param name="explain">Whether an explanation is what is usually wanted, or the model's outputs.</param>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    /// <exception cref="MissingScopeException">An explanation among the outputs of a run, for a caller who may only run.</exception>
    public async Task WriteAsync(HttpContext context, string model, string? version, bool explain)
    {
        using var lease = catalogue.Borrow(model, version);
        var description = lease.Description;
        gate.RefuseWhenFull(description.Name);
        var request = await InferRequestReader.ReadAsync(context.Request, description);
        var (outputs, rows) = (TensorQueries.Outputs(request, description, explain), TensorQueries.Rows(request, description));
        if (
            !explain
            && outputs.FirstOrDefault(o => o.Row is not null) is { } explanation
            && !(await access.AuthorizeAsync(context.User, Scope.Explain.Name())).Succeeded
        )
        {
            throw new MissingScopeException($"the output '{explanation.Name}'", Scope.Explain);
        }

        var query = TensorQueries.Query(request, outputs, description, rows.Shape[0]);
        var tensors = await Patience.WithinAsync(
            request.Timeout,
            async cancellation =>
            {
                var run = context.Run() with { Cancellation = cancellation };
                using var turn = await gate.EnterAsync(description.Name, run);
                var input =
                    rows.Datatype == "BYTES"
                        ? await PrepareAsync(lease, rows.ToBytes(), run)
                        : run.Trace.Time(Stage.Preprocess, rows.ToFloats);
                return await ComputeAsync(context, lease, Hurried(context, query(input), request.Timeout), outputs, run);
            },
            context.RequestAborted
        );
        AnswerHeaders.SetModel(context.Response, description);
        PartialAnswers.Set(context.Response, tensors.Partial);
        await InferResponseWriter.WriteAsync(
            context.Response,
            description,
            request.Id,
            PartialAnswers.Describe(tensors.Partial),
            [.. outputs.Zip(tensors.Values, (o, t) => (o.Name, o.Binary, t))]
        );
    }

    private async Task<FloatTensor> PrepareAsync(ModelLease lease, IReadOnlyList<ReadOnlyMemory<byte>> pictures, RunContext run)
    {
        using var place = await room.ReserveAsync(pictures, run);
        return await explainer.PrepareAsync(lease, pictures, run);
    }

    private async Task<(IReadOnlyList<FloatTensor> Values, IReadOnlyList<Progress?> Partial)> ComputeAsync(
        HttpContext context,
        ModelLease model,
        TensorQuery query,
        IReadOnlyList<AskedOutput> outputs,
        RunContext run
    )
    {
        var own = outputs.Where(o => o.Row is null).Select(o => o.Name).Distinct().ToArray();
        var inferred = own.Length == 0 ? [] : await Inference.RunAsync(model, query.Input, query.Parameters.Inputs, own, run);
        var explained = own.Length > 0 && outputs.All(o => o.Row is null) ? null : await explainer.ExplainTensorAsync(model, query, run);
        if (explained is not null)
        {
            var input = TensorFacts.Digest(query.Input);
            trail.Record(context, TensorFacts.Of(model.Description, query, explained, input.Digest, run.Trace), input);
        }
        return (
            [.. outputs.Select(o => o.Row is { } row ? row.Take(explained!) : inferred[Array.IndexOf(own, o.Name)])],
            explained?.Partial ?? []
        );
    }

    private TensorQuery Hurried(HttpContext context, TensorQuery query, TimeSpan? timeout)
    {
        var hurried =
            timeout * Computing is { } own && !(query.Parameters.Deadline < own)
                ? query.Parameters with
                {
                    Deadline = own,
                }
                : query.Parameters;
        return query with { Parameters = time.Within(context, hurried) };
    }
}
