using System.Globalization;
using System.Net.Mime;
using Explain.Service.Endpoints;
using Explain.Service.Explaining;
using Explain.Service.Problems;
using Explain.Service.Security;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Explain.Service.OpenApi;

/// <summary>
/// Describes what an endpoint answers: the framework knows one media type for each status only, and none of the failures.
/// </summary>
internal sealed class ResponseFilter : IOperationFilter
{
    private static readonly string[] ImageTypes = ["image/png", "image/jpeg", "image/webp", "application/x-npy"];

    private static readonly Problem[] AccessProblems = [Problem.Of(401, null), Problem.Of(403, null), Problem.Of(429, null)];

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        operation.Responses ??= [];
        foreach (var fact in context.ApiDescription.ActionDescriptor.EndpointMetadata)
        {
            if (fact is Answers answers)
                operation.Responses["200"] = Success(answers, context);
            if (fact is AnswersPage)
                operation.Responses["200"].Content![MediaTypeNames.Text.Html] = Text();
            if (fact is Unready unready)
                operation.Responses["503"] = Response("Not ready", "application/json", unready.Document, context);
            if (fact is Fails fails)
                Describe(Problems(fails), operation.Responses, context);
            if (fact is RequiredScope)
                Describe(AccessProblems, operation.Responses, context);
        }
        // Whoever asks for nothing that can be wrong may still not speak HTTP.
        if (!operation.Responses.Keys.Any(status => status.StartsWith('4')))
            operation.Responses["400"] = new OpenApiResponse { Description = "The request is not framed as HTTP allows" };
    }

    private static OpenApiResponse Success(Answers answers, OperationFilterContext context)
    {
        var response = Response("The answer", "application/json", answers.Document, context);
        if (!answers.AnswersImage)
            return response;
        foreach (var type in ImageTypes)
        {
            response.Content![type] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
            };
        }

        response.Content!["text/event-stream"] = Events(answers, context);
        response.Headers = AnswerHeader.Table.ToDictionary(
            h => h.Name,
            IOpenApiHeader (h) =>
                new OpenApiHeader
                {
                    Description = h.Meaning,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                }
        );
        return response;
    }

    private static OpenApiMediaType Text() => new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    // OpenAPI 3.1 has no words for a stream: to generated clients it is a text, whose kinds of data are its content.
    private static OpenApiMediaType Events(Answers answers, OperationFilterContext context)
    {
        Type[] documents = [typeof(ProgressDocument), typeof(Dictionary<string, string>), answers.Document, typeof(ProblemDocument)];
        return new OpenApiMediaType
        {
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Description =
                    "Server-sent events, each with one line of data: `progress`, how far the answer is, perhaps with maps that grow; then "
                    + "`headers`, what JSON would have had as headers, and `answer`, the answer as JSON; or `problem`, why there is none.",
                ContentMediaType = MediaTypeNames.Application.Json,
                ContentSchema = new OpenApiSchema
                {
                    AnyOf = [.. documents.Select(d => context.SchemaGenerator.GenerateSchema(d, context.SchemaRepository))],
                },
            },
        };
    }

    private static List<Problem> Problems(Fails fails)
    {
        var problems = fails.Errors.Select(e => Problem.Of(e, null)).Append(Problem.Of(500, null)).ToList();
        if (fails.NotAcceptable)
            problems.Add(Problem.Of(406, null));
        problems.AddRange(fails.Others);
        if (fails.NotFound)
            problems.Add(Problem.Of(404, null));
        return problems;
    }

    private static void Describe(IEnumerable<Problem> problems, OpenApiResponses responses, OperationFilterContext context)
    {
        var shape = ErrorShapes.Of(
            context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<Protocol>().LastOrDefault() ?? Protocol.Native
        );
        foreach (
            var status in problems
                .GroupBy(p => shape.Document == typeof(ProblemDocument) || p.Status != 422 ? p.Status : 400)
                .OrderBy(p => p.Key)
        )
        {
            var key = status.Key.ToString(CultureInfo.InvariantCulture);
            var description =
                shape.Document == typeof(ProblemDocument)
                    ? string.Join(", ", status.Select(p => p.Slug))
                    : string.Join("; ", status.Select(p => p.Title));
            if (!responses.TryGetValue(key, out var known) || known.Content is not { Count: > 0 })
                responses[key] = Failure(description, shape, status, context);
        }
    }

    private static OpenApiResponse Failure(
        string description,
        ErrorShape shape,
        IEnumerable<Problem> problems,
        OperationFilterContext context
    )
    {
        var response = Response(description, shape.MediaType, shape.Document, context);
        ((OpenApiMediaType)response.Content![shape.MediaType]).Examples = ProblemExamples.Of(
            shape,
            problems,
            "/" + context.ApiDescription.RelativePath
        );
        return response;
    }

    private static OpenApiResponse Response(string description, string mediaType, Type document, OperationFilterContext context) =>
        new()
        {
            Description = description,
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                [mediaType] = new OpenApiMediaType { Schema = context.SchemaGenerator.GenerateSchema(document, context.SchemaRepository) },
            },
        };
}
