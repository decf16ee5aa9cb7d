using System.Net.Mime;
using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail.Storage;
using Explain.Service.Endpoints;
using Explain.Service.Problems;
using Explain.Service.Security;

namespace Explain.Service.AuditTrail.Drift;

/// <summary>How maps drift.</summary>
internal static class DriftApi
{
    private static readonly string[] Known = ["model", "method", "target", "from", "to"];

    public static IServiceCollection AddDrift(this IServiceCollection services, AuditTrailSettings settings)
    {
        services.AddSingleton<DriftReader>();
        return settings is { Maps: true, Kind: not AuditTrailKind.None }
            ? services.AddSingleton<DriftMetrics>().AddHostedService<DriftWatch>()
            : services;
    }

    public static IEndpointRouteBuilder MapDrift(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet($"{ExplanationLink.Route}/drift", GetAsync)
            .RequireScope(Scope.AuditRead)
            .WithTags("Explanations")
            .WithName("getDrift")
            .WithSummary("How far the maps of a model have drifted")
            .WithDescription(
                "Where the maps of a period look, of the last day unless asked for otherwise, against those of the week of the "
                    + "reference; and clusters of maps that are alike, with the explanations behind them. Of either period at most 2016 "
                    + "maps are read, spread over it; of the classes, the 20 with most of them are looked at one by one. Takes Store:Maps."
            )
            .WithMetadata(
                AuditTrailApi.TakesQuestion(Known),
                new Answers(typeof(DriftDocument)),
                new Fails([ExplainError.InvalidParameter]) { Others = AuditTrailApi.Failures }
            );
        return routes;
    }

    private static async Task<IResult> GetAsync(HttpContext context, DriftReader reader)
    {
        var query = AuditTrailQuery.Parse(context.Request.Query, Known);
        var answer = await reader.ReadAsync(query, context.RequestAborted);
        return TypedResults.Json(DriftDocument.Of(answer, context), Json.Options, MediaTypeNames.Application.Json);
    }
}
