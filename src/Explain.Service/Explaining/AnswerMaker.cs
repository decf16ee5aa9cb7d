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
internal sealed class AnswerMaker(Admission admission, Explainer explainer, AnswerWriter writer)
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
        using var model = admission.Admit(question.Model.Name);
        using var turn = await admission.EnterAsync(model, [question.Image], run);
        var answer =
            question.Scope == ParameterScope.Classes
                ? await PredictAsync(model, question, run)
                : Written(await ExplainAsync(model, question, deadline.Within(question.Parameters.Explain), run), question, run);
        // Had the model been replaced meanwhile, the answer would be the successor's.
        return (answer, answer.Whole && ReferenceEquals(model.Description, question.Model));
    }

    private Task<Explanation> ExplainAsync(ModelLease model, Question question, ExplainParameters parameters, RunContext run) =>
        question.Scope == ParameterScope.Compare
            ? explainer.CompareAsync(model, question.Image, parameters, question.Parameters.Compare, run)
            : explainer.ExplainAsync(model, question.Image, parameters, run);

    private CachedAnswer Written(Explanation explanation, Question question, RunContext run)
    {
        var format = question.Parameters.Output.Format.GetValueOrDefault();
        var answer = Write(explanation, question.Parameters, format, run);
        return new CachedAnswer(
            answer.Content,
            question.MediaType,
            AnswerHeaders.Of(explanation),
            ExplanationFacts.Of(explanation, answer.Timings)
        );
    }

    private Answer Write(Explanation explanation, RequestParameters parameters, AnswerFormat format, RunContext run)
    {
        using var stage = run.Trace.Time(Stage.Render);
        try
        {
            return writer.Write(explanation, parameters, format);
        }
        catch (Exception e)
        {
            stage.Fail(e);
            throw;
        }
    }

    private async Task<CachedAnswer> PredictAsync(ModelLease model, Question question, RunContext run)
    {
        var (parameters, classes) = (question.Parameters, model.Description.Classes);
        var top = parameters.Top ?? Math.Min(UsualTop, classes);
        var answer = await explainer.PredictAsync(model, question.Image, top, parameters.Explain.Inputs, run);
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
