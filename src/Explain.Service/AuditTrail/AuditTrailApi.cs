using System.Globalization;
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
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    /// <summary>How questions to the trail fail.</summary>
    public static IReadOnlyList<Problem> Failures { get; } = [Problem.ExplanationNotFound(null), Problem.AuditTrailUnavailable(null)];

    public static IEndpointRouteBuilder MapAuditTrail(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(ExplanationLink.Route).WithTags("Explanations");
        group
            .MapGet("/", ListAsync)
            .RequireScope(Scope.Explain)
            .WithName("listExplanations")
            .WithSummary("The explanations that were given")
            .WithDescription(
                "Newest first, with their facts; narrowed by what the query says. Callers see their own, those with the scope "
                    + "audit:read all. Answers appear a moment after they were given."
            )
            .WithMetadata(
                TakesQuestion(null),
                new Answers(typeof(ExplanationsDocument)),
                new Fails([ExplainError.InvalidParameter]) { Others = Failures }
            );
        group
            .MapGet("/{id}", GetAsync)
            .RequireScope(Scope.Explain)
            .WithName("getExplanation")
            .WithSummary("An explanation that was given")
            .WithDescription("The facts of one answer; its address is the header X-Explanation of that answer.")
            .WithMetadata(new Answers(typeof(RecordedExplanation)), new Fails([]) { Others = Failures });
        group
            .MapGet("/{id}/image", ImageAsync)
            .RequireScope(Scope.Explain)
            .WithName("getExplanationImage")
            .WithSummary("The image of an explanation that was given")
            .WithDescription(
                "The very bytes that were answered, where images are kept and the answer was one. They never change: If-None-Match is "
                    + "answered with 304."
            )
            .Produces<Stream>(200, "image/png")
            .WithMetadata(new Fails([]) { Others = Failures });
        group
            .MapPost("/{id}/link", LinkAsync)
            .RequireScope(Scope.Explain)
            .WithName("linkExplanation")
            .WithSummary("A link to an explanation that needs no key")
            .WithDescription("Signed addresses of the facts, of the image and of a page with both, for pages without keys; they expire.")
            .WithMetadata(
                new TakesQuery([("seconds", $"How long they hold. Allowed: {LinkTime.Allowed}.")]),
                new Answers(typeof(LinkDocument)),
                new Fails([ExplainError.InvalidParameter]) { Others = Failures }
            );
        group
            .MapDelete("/", DeleteAsync)
            .RequireScope(Scope.AuditDelete)
            .WithName("deleteExplanations")
            .WithSummary("Delete explanations that were given")
            .WithDescription("Deletes those of a caller or of an image, and the images that no other explanation shows.")
            .WithMetadata(
                TakesQuestion(AuditTrailQuery.OfDeletion),
                new Answers(typeof(DeletedDocument)),
                new Fails([ExplainError.InvalidParameter]) { Others = Failures }
            );
        routes
            .MapGet("/api/v1/admin-actions", ActionsAsync)
            .RequireScope(Scope.AuditRead)
            .WithTags("Explanations")
            .WithName("listAdminActions")
            .WithSummary("What operators did")
            .WithDescription(
                "Models that were loaded, unloaded, uploaded and deleted, explanations that were deleted: by whom, and what came of it."
            )
            .WithMetadata(
                TakesQuestion(AuditTrailQuery.OfPages),
                new Answers(typeof(AdminActionsDocument)),
                new Fails([ExplainError.InvalidParameter]) { Others = Failures }
            );
        return routes;
    }

    /// <summary>For the document: what may be asked of <see cref="AuditTrailQuery.Table"/>; null for everything.</summary>
    public static TakesQuery TakesQuestion(IReadOnlyList<string>? known) =>
        new(
            AuditTrailQuery
                .Table.Where(row => known is null || known.Contains(row.Name))
                .Select(row => (row.Name, $"{row.Summary} Allowed: {row.Allowed}."))
        );

    private static async Task<IResult> ListAsync(HttpContext context, AuditTrailReader trail, AuditTrailAccess access)
    {
        var query = AuditTrailQuery.Parse(context.Request.Query);
        access.RequireOwn(context.User, query);
        var rows = await trail.ListAsync(query, context.User, context.RequestAborted);
        var after = rows.Count > query.Limit ? AuditTrailQuery.CursorOf(rows[query.Limit - 1].Id) : null;
        return Written(new ExplanationsDocument([.. rows.Take(query.Limit).Select(row => RecordedExplanation.Of(row, context))], after));
    }

    private static async Task<IResult> GetAsync(string id, HttpContext context, AuditTrailReader trail) =>
        Written(RecordedExplanation.Of(await FindAsync(id, context, trail), context));

    private static async Task<IResult> ImageAsync(
        string id,
        HttpContext context,
        AuditTrailReader trail,
        AuditTrailSettings settings,
        SignedLink link
    )
    {
        var row = await FindAsync(id, context, trail);
        var digest = row.PictureDigest ?? throw NoImage(row, settings);
        // The bytes are read only where they are not known already.
        var tag = new EntityTagHeaderValue($"\"{digest}\"");
        var age = link.TryRead(context.Request, out var left) && left < Year ? left.Value : Year;
        context.Response.Headers.CacheControl = string.Create(
            CultureInfo.InvariantCulture,
            $"private, max-age={Math.Max(0, (long)age.TotalSeconds)}, immutable"
        );
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

    private static async Task<IResult> LinkAsync(
        string id,
        HttpContext context,
        AuditTrailReader trail,
        SignedLink link,
        TimeProvider clock
    )
    {
        var end = clock.GetUtcNow() + LinkTime.Parse(context.Request.Query);
        var row = await FindAsync(id, context, trail);
        var (facts, picture) = (ExplanationLink.Of(context, id), ExplanationLink.ImageOf(context, id));
        // The page itself is public: it asks for both with these.
        var view = $"{ExplanationLink.ViewOf(context, id)}{SignedLink.QueryOf(end)}&facts={link.SignatureOf(Path(facts), end)}";
        return Written(
            new LinkDocument(
                facts + link.Query(Path(facts), end),
                row.PictureDigest is null ? null : picture + link.Query(Path(picture), end),
                row.PictureDigest is null ? view : $"{view}&picture={link.SignatureOf(Path(picture), end)}",
                DateTimeOffset.FromUnixTimeSeconds(end.ToUnixTimeSeconds())
            )
        );

        string Path(string address) => address[context.Request.PathBase.Value!.Length..];
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, AuditTrailReader trail, AdminActions actions)
    {
        var query = AuditTrailQuery.Parse(context.Request.Query, AuditTrailQuery.OfDeletion);
        if (query is { Caller: null, ImageDigest: null })
            throw ExplainException.Parameter("caller", "give caller or imageDigest, or both: whose explanations, or which image's");
        return Written(
            new DeletedDocument(
                await actions.RunAsync(context, "delete", query.Subject, () => trail.DeleteAsync(query, context.RequestAborted))
            )
        );
    }

    private static async Task<IResult> ActionsAsync(HttpContext context, AuditTrailReader trail)
    {
        var query = AuditTrailQuery.Parse(context.Request.Query, AuditTrailQuery.OfPages);
        var rows = await trail.ActionsAsync(query.After, query.Limit, context.RequestAborted);
        var after = rows.Count > query.Limit ? AuditTrailQuery.CursorOf(rows[query.Limit - 1].Id) : null;
        return Written(new AdminActionsDocument([.. rows.Take(query.Limit).Select(RecordedAction.Of)], after));
    }

    private static async Task<ExplanationRow> FindAsync(string id, HttpContext context, AuditTrailReader trail) =>
        await trail.FindAsync(id, context.User, context.RequestAborted) ?? throw NotFound();

    private static ProblemException NotFound() =>
        new(
            Problem.ExplanationNotFound(
                $"There is no explanation of this id: ids are those of the header {AnswerHeader.Explanation} and of "
                    + $"{ExplanationLink.Route}. One that was just given may appear in a moment, and old ones are deleted."
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
