using System.Net.Mime;
using Explain.Engine.Catalogue;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using Explain.Service.Bodies;
using Explain.Service.Caching;
using Explain.Service.Limits;
using Explain.Service.Problems;
using Explain.Service.Requests;
using Explain.Service.Security;

namespace Explain.Service.Explaining;

/// <summary>Reads what is asked about an image.</summary>
internal sealed class QuestionReader(
    ModelCatalogue catalogue,
    AdmissionGate gate,
    AnswerCache cache,
    CacheSettings kept,
    ImageRequestReader bodies
)
{
    /// <summary>Reads it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="scope">What kind of question it is.</param>
    /// <exception cref="ExplainException">
    /// The model is not there or not ready; its queue is full, and no answer can come from the cache; the body or a parameter is wrong.
    /// </exception>
    /// <exception cref="ProblemException">The Accept header allows no format of the answer.</exception>
    public async Task<Question> ReadAsync(RequestFacts request, string model, ParameterScope scope)
    {
        var description = catalogue.Describe(model);
        if (!cache.On)
            gate.RefuseWhenFull(model, request.Run());
        var http = request.Http.Request;
        var body = await bodies.ReadAsync(http);
        var parameters = ParameterTable.Parse(scope, body.Parameters);
        var caller = kept.PerCaller ? Caller.IdentityOf(request.Http) : "";
        if (scope == ParameterScope.Classes)
        {
            Negotiation.RequireJson(http.Headers.Accept);
            return new Question(scope, description, body.Image, parameters, MediaTypeNames.Application.Json) { Caller = caller };
        }

        var (format, mediaType) = Negotiation.Choose(http.Headers.Accept, parameters.Output);
        parameters = parameters with { Output = parameters.Output with { Format = format } };
        var events = mediaType == MediaTypeNames.Text.EventStream;
        return new Question(scope, description, body.Image, parameters, events ? MediaTypeNames.Application.Json : mediaType)
        {
            Caller = caller,
            Events = events,
        };
    }
}
