using System.Net.Mime;
using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail.Storage;
using Explain.Service.Endpoints;
using Explain.Service.Problems;
using Explain.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Explain.Service.AuditTrail;

/// <summary>The explanations that were given.</summary>
internal static class AuditTrailApi
{
    private const string Route = "/api/v1/explanations";

    private static readonly Problem[] Failures = [Problem.ExplanationNotFound(null), Problem.AuditTrailUnavailable(null)];

    /// <summary>The path of an explanation.</summary>
    public static string Link(string id) => $"{Route}/{id}";

    public static IEndpointRouteBuilder MapAuditTrail(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Route).WithTags("Explanations").RequireScope(Scope.Explain);
        group
            .MapGet("/", ListAsync)
            .WithName("listExplanations")
            .WithSummary("The explanations that were given")
            .WithDescription(
                "Newest first, with their facts; narrowed by what the query says. Answers appear a moment after they were given."
            )
            .WithMetadata(
                new AsksAuditTrail(),
                new Answers(typeof(ExplanationsDocument)),
                new Fails([ExplainError.InvalidParameter]) { Others = Failures }
            );
        group
            .MapGet("/{id}", GetAsync)
            .WithName("getExplanation")
            .WithSummary("An explanation that was given")
            .WithDescription("The facts of one answer; its address is the header X-Explanation of that answer.")
            .WithMetadata(new Answers(typeof(RecordedExplanation)), new Fails([]) { Others = Failures });
        group
            .MapGet("/{id}/image", ImageAsync)
            .WithName("getExplanationImage")
            .WithSummary("The image of an explanation that was given")
            .WithDescription(
                "The very bytes that were answered, where images are kept and the answer was one. They never change: If-None-Match is "
                    + "answered with 304."
            )
            .Produces<Stream>(200, "image/png")
            .WithMetadata(new Fails([]) { Others = Failures });
        return routes;
    }

    private static async Task<IResult> ListAsync(HttpContext context, AuditTrailReader trail)
    {
        var query = AuditTrailQuery.Parse(context.Request.Query);
        var rows = await trail.ListAsync(query, context.RequestAborted);
        var after = rows.Count > query.Limit ? AuditTrailQuery.CursorOf(rows[query.Limit - 1].Id) : null;
        return Written(new ExplanationsDocument([.. rows.Take(query.Limit).Select(RecordedExplanation.Of)], after));
    }

    private static async Task<IResult> GetAsync(string id, HttpContext context, AuditTrailReader trail) =>
        Written(RecordedExplanation.Of(await trail.FindAsync(id, context.RequestAborted) ?? throw NotFound()));

    private static async Task<IResult> ImageAsync(string id, HttpContext context, AuditTrailReader trail, AuditTrailSettings settings)
    {
        var row = await trail.FindAsync(id, context.RequestAborted) ?? throw NotFound();
        var digest = row.PictureDigest ?? throw NoImage(row, settings);
        // The bytes are read only where they are not known already.
        var tag = new EntityTagHeaderValue($"\"{digest}\"");
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (
            context
                .Request.GetTypedHeaders()
                .IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false))
        )
        {
            context.Response.GetTypedHeaders().ETag = tag;
            return TypedResults.StatusCode(304);
        }
        var image = await trail.ImageAsync(digest, context.RequestAborted);
        return TypedResults.Bytes(image.Content, image.MediaType, entityTag: tag);
    }

    private static ProblemException NotFound() =>
        new(
            Problem.ExplanationNotFound(
                $"There is no explanation of this id: ids are those of the header {AnswerHeader.Explanation} and of {Route}. One "
                    + "that was just given may appear in a moment, and old ones are deleted."
            )
        );

    private static ProblemException NoImage(ExplanationRow row, AuditTrailSettings settings) =>
        new(
            Problem.ExplanationNotFound(
                !row.MediaType.StartsWith("image/", StringComparison.Ordinal)
                    ? $"The answer was {row.MediaType}: no image of it is kept, only its facts."
                : settings.Pictures ? "No image of this explanation was kept."
                : "Images are not kept here, only facts; Explain:Store:Pictures=true keeps those of answers to come."
            )
        );

    private static JsonHttpResult<T> Written<T>(T document) => TypedResults.Json(document, Json.Options, MediaTypeNames.Application.Json);
}
