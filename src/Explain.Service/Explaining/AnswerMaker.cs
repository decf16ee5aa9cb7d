using System.Text.Json;
using Explain.Engine.Answers;
using Explain.Engine.Explaining;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail;
using Explain.Service.Caching;
using Explain.Service.Endpoints;
using Explain.Service.Limits;
using Explain.Service.Requests;

namespace Explain.Service.Explaining;

/// <summary>
/// Makes an answer: takes a turn, computes, writes. The request that asks may be over before, when others wait for it, too.
/// </summary>
internal sealed class AnswerMaker(Admission admission, Explainer explainer, AnswerWriter writer, AuditTrailRecorder trail)
{
    private const int UsualTop = 5;

    /// <summary>Makes it with the model as it is served now.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="deadline">When it must be there.</param>
    /// <param name="run">On whose behalf.</param>
    /// <returns>The answer, and whether others may get it, too.</returns>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public async Task<(CachedAnswer Answer, bool Keep)> MakeAsync(Question question, RequestDeadline deadline, RunContext run)
    {
        using var model = admission.Admit(question.Model.Name, run);
        var answer =
            question.Scope == ParameterScope.Classes
                ? await PredictAsync(model, question, deadline, run)
                : await ExplainAsync(model, question, deadline, run);
        // Had the model been replaced meanwhile, the answer would be the successor's.
        return (answer, answer.Whole && ReferenceEquals(model.Description, question.Model));
    }

    private async Task<CachedAnswer> ExplainAsync(ModelLease model, Question question, RequestDeadline deadline, RunContext run)
    {
        var (parameters, compare) = (question.Parameters, question.Scope == ParameterScope.Compare ? question.Parameters.Compare : null);
        var plan = await explainer.PlanAsync(model, parameters.Explain, compare, parameters.Output, run);
        using var turn = await admission.EnterAsync(model, plan.Price, [question.Image], deadline, run);
        var time = deadline.Within(parameters.Explain).Deadline;
        var explanation = await explainer.ExplainAsync(model, plan, question.Image, time, turn.Run);
        return Written(explanation, question, turn.Run);
    }

    private CachedAnswer Written(Explanation explanation, Question question, RunContext run)
    {
        var format = question.Parameters.Output.Format.GetValueOrDefault();
        var answer = writer.Write(explanation, question.Parameters, format, run);
        return new CachedAnswer(
            answer.Content,
            question.MediaType,
            AnswerHeaders.Of(explanation),
            ExplanationFacts.Of(explanation, answer.Timings, trail.KeepsMaps)
        );
    }

    private async Task<CachedAnswer> PredictAsync(ModelLease model, Question question, RequestDeadline deadline, RunContext run)
    {
        using var turn = await admission.EnterAsync(model, Price.OfForward(1), [question.Image], deadline, run);
        var (parameters, classes) = (question.Parameters, model.Description.Classes);
        var top = parameters.Top ?? Math.Min(UsualTop, classes);
        var answer = await explainer.PredictAsync(model, question.Image, top, parameters.Explain.Inputs, turn.Run);
        var facts = ImageFacts.Of(answer.Image, answer.Geometry);
        var document = new PredictionDocument(answer.Model, facts, answer.Predictions, answer.Timings);
        return new CachedAnswer(
            JsonSerializer.SerializeToUtf8Bytes(document, Json.Options),
            question.MediaType,
            [new(AnswerHeader.ModelDigest, answer.Model.Sha256)],
            null
        );
    }
}
