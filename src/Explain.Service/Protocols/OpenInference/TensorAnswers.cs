using System.Security.Claims;
using Explain.Engine.Explaining;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
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
    Admission admission,
    Explainer explainer,
    IAuthorizationService access,
    SendingMemory sending,
    AuditTrailRecorder trail
)
{
    /// <summary>Answers a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">Name of the model.</param>
    /// <param name="version">Its version; null for the one that is served.</param>
    /// <param name="explain">Whether an explanation is what is usually wanted, or the model's outputs.</param>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    /// <exception cref="ProblemException">An explanation among the outputs of a run, for a caller who may only run.</exception>
    public async Task WriteAsync(RequestFacts request, string name, string? version, bool explain)
    {
        var http = request.Http;
        using var model = admission.Admit(name, request.Run(), version);
        var body = await InferRequestReader.ReadAsync(http.Request, model.Description, request.Trace);
        var question = TensorQueries.Question(body, model.Description, explain);
        await RequireScopeAsync(http.User, question.Outputs, explain);
        using var deadline = new CallerDeadline(body.Timeout, request);
        var (tensors, explained) = await InTimeAsync(request, model, question, deadline);
        AnswerHeaders.SetModel(http.Response, model.Description);
        PartialAnswers.Set(http.Response, explained?.Partial ?? []);
        await InferResponseWriter.WriteAsync(
            http.Response,
            model.Description,
            body.Id,
            AnswerParameters.Of(explained),
            [.. question.Outputs.Zip(tensors, (o, t) => (o.Name, o.Binary, t))],
            request.Trace,
            sending
        );
    }

    private async Task RequireScopeAsync(ClaimsPrincipal caller, IReadOnlyList<AskedOutput> outputs, bool explain)
    {
        if (explain || outputs.FirstOrDefault(o => o.Row is not null) is not { } explanation)
            return;
        if (!(await access.AuthorizeAsync(caller, Scope.Explain.Name())).Succeeded)
            throw new ProblemException(Problem.Of(403, $"the output '{explanation.Name}' takes the scope {Scope.Explain.Name()}"));
    }

    private async Task<(IReadOnlyList<FloatTensor> Tensors, TensorAnswer? Explained)> InTimeAsync(
        RequestFacts request,
        ModelLease model,
        TensorQuestion question,
        CallerDeadline deadline
    )
    {
        try
        {
            var asking = request.Run() with { Cancellation = deadline.Token };
            var images = question.Images();
            var price = await PriceAsync(model, question, asking);
            using var turn = await admission.EnterAsync(model, price, images, request.Deadline, asking);
            deadline.Require();
            var run = turn.Run;
            var input =
                images.Count > 0 ? await explainer.PrepareAsync(model, images, run) : Floats(question.Items, model.Description, run);
            return await ComputeAsync(request, model, question.Outputs, question.About(input, deadline.Within(question.Parameters)), run);
        }
        catch (OperationCanceledException) when (deadline.IsOver)
        {
            throw deadline.Exceeded;
        }
    }

    private static FloatTensor Floats(InferTensor rows, ModelDescription model, RunContext run)
    {
        using var stage = run.Trace.Time(Stage.Preprocess);
        return stage.Done(rows.ToFloats(model.Numbers));
    }

    private async Task<Price> PriceAsync(ModelLease model, TensorQuestion question, RunContext run)
    {
        var items = question.ItemCount;
        var forward = question.Outputs.Any(o => o.Row is null) ? Price.OfForward(items) : Price.OfForward(0);
        return question.Outputs.All(o => o.Row is null)
            ? forward
            : forward + await explainer.PriceAsync(model, question.About(new FloatTensor([], []), question.Parameters), items, run);
    }

    private async Task<(IReadOnlyList<FloatTensor> Tensors, TensorAnswer? Explained)> ComputeAsync(
        RequestFacts request,
        ModelLease model,
        IReadOnlyList<AskedOutput> outputs,
        TensorQuery query,
        RunContext run
    )
    {
        var own = outputs.Where(o => o.Row is null).Select(o => o.Name).Distinct().ToArray();
        var inferred = own.Length == 0 ? [] : await Inference.RunAsync(model, query.Input, query.Parameters.Inputs, own, run);
        if (own.Length > 0 && outputs.All(o => o.Row is null))
            return ([.. outputs.Select(Inferred)], null);
        var explained = await explainer.ExplainTensorAsync(model, query, run);
        var input = ExplainedInput.Of(query.Input);
        trail.Record(request, TensorFacts.Of(model.Description, query, explained, input, run.Trace, trail.KeepsMaps), input);
        return ([.. outputs.Select(o => o.Row is { } row ? row.Take(explained) : Inferred(o))], explained);

        FloatTensor Inferred(AskedOutput output) => inferred[Array.IndexOf(own, output.Name)];
    }
}
