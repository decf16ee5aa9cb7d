using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail;
using Explain.Service.Explaining;
using Explain.Service.Limits;
using Explain.Service.Problems;
using Explain.Service.Requests;
using Explain.Service.Security;
using Microsoft.AspNetCore.Authorization;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>Answers requests with tensors: reads, computes, writes.</summary>
internal sealed class TensorAnswers(
    ModelCatalogue catalogue,
    Explainer explainer,
    AdmissionGate gate,
    ImageMemoryLimiter room,
    IAuthorizationService access,
    AuditTrailRecorder trail
)
{
    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="version">Its version; null for the one that is served.</param>
    /// <param name="explain">Whether an explanation is what is usually wanted, or the model's outputs.</param>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    /// <exception cref="ProblemException">An explanation among the outputs of a run, for a caller who may only run.</exception>
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
            throw new ProblemException(Problem.Of(403, $"the output '{explanation.Name}' takes the scope {Scope.Explain.Name()}"));
        }

        var query = TensorQueries.Query(request, outputs, description, rows.Shape[0]);
        using var deadline = new CallerDeadline(request.Timeout, RequestFacts.Of(context));
        var tensors = await InTimeAsync(context, lease, rows, query, outputs, deadline);
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

    private async Task<FloatTensor> PrepareAsync(
        ModelLease lease,
        IReadOnlyList<ReadOnlyMemory<byte>> pictures,
        CancellationToken cancellation
    )
    {
        using var place = await room.ReserveAsync(pictures, cancellation);
        return await explainer.PrepareAsync(lease, pictures, cancellation);
    }

    private async Task<(IReadOnlyList<FloatTensor> Values, IReadOnlyList<Progress?> Partial)> ComputeAsync(
        HttpContext context,
        ModelLease model,
        TensorQuery query,
        IReadOnlyList<AskedOutput> outputs,
        CancellationToken cancellation
    )
    {
        var own = outputs.Where(o => o.Row is null).Select(o => o.Name).Distinct().ToArray();
        var inferred = own.Length == 0 ? [] : await Inference.RunAsync(model, query.Input, query.Parameters.Inputs, own, cancellation);
        var explained =
            own.Length > 0 && outputs.All(o => o.Row is null) ? null : await explainer.ExplainTensorAsync(model, query, cancellation);
        if (explained is not null)
        {
            var input = TensorFacts.Digest(query.Input);
            trail.Record(RequestFacts.Of(context), TensorFacts.Of(model.Description, query, explained, input.Digest), input);
        }
        return (
            [.. outputs.Select(o => o.Row is { } row ? row.Take(explained!) : inferred[Array.IndexOf(own, o.Name)])],
            explained?.Partial ?? []
        );
    }

    private async Task<(IReadOnlyList<FloatTensor> Values, IReadOnlyList<Progress?> Partial)> InTimeAsync(
        HttpContext context,
        ModelLease lease,
        InferTensor rows,
        Func<FloatTensor, TensorQuery> asked,
        IReadOnlyList<AskedOutput> outputs,
        CallerDeadline deadline
    )
    {
        try
        {
            using var turn = await gate.EnterAsync(lease.Description.Name, deadline.Token);
            var input =
                rows.Datatype == "BYTES" ? await PrepareAsync(lease, rows.ToBytes(), deadline.Token) : Stage.Preprocess.Time(rows.ToFloats);
            var query = asked(input);
            query = query with { Parameters = deadline.Within(query.Parameters) };
            return await ComputeAsync(context, lease, query, outputs, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsOver)
        {
            throw deadline.Exceeded;
        }
    }
}
