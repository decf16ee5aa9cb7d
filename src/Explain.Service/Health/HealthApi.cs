using Explain.Engine.Catalogue;
using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail;
using Explain.Service.Endpoints;
using Explain.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Explain.Service.Health;

/// <summary>The state of the service.</summary>
/// <param name="Status"><c>ok</c>, <c>starting</c>, <c>draining</c> or <c>no-model</c>.</param>
/// <param name="Models">The models and where they stand.</param>
/// <param name="Store">Where explanations are written down; never a reason not to be ready.</param>
/// <param name="Provider">What runs the models: <c>cpu</c> or <c>cuda</c>.</param>
public sealed record HealthDocument(string Status, IReadOnlyList<ModelHealth> Models, StoreHealth Store, string Provider);

/// <summary>How writing down explanations goes.</summary>
/// <param name="State"><c>ok</c>, <c>off</c>, <c>opening</c>, or what is wrong: <c>disk-full</c>, <c>unreachable</c>, <c>read-only</c>,
/// <c>failed</c>.</param>
/// <param name="Waiting">Explanations that are yet to be written.</param>
/// <param name="Lost">Explanations that could not be kept.</param>
public sealed record StoreHealth(string State, int Waiting, long Lost);

/// <summary>The state of a model.</summary>
/// <param name="Name">Name.</param>
/// <param name="State"><c>loading</c>, <c>ready</c>, <c>failed</c> or <c>unloaded</c>.</param>
public sealed record ModelHealth(string Name, string State);

/// <summary>Health for orchestrators.</summary>
internal static class HealthApi
{
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/healthz").WithTags("Health").OpenToAll().WithMetadata(new Quiet());
        group
            .MapGet("/live", Live)
            .WithName("live")
            .WithSummary("The process runs")
            .WithDescription("Always 200 while the process answers at all.");
        group
            .MapGet("/ready", Ready)
            .WithName("ready")
            .WithSummary("Requests can be answered")
            .WithDescription("200 when every model is loaded or has failed, and one at least is ready; else 503.")
            .WithMetadata(new Unready(typeof(HealthDocument)));
        group
            .MapGet("/startup", Startup)
            .WithName("startup")
            .WithSummary("Starting is over")
            .WithDescription("200 when every model is loaded or has failed; else 503.")
            .WithMetadata(new Unready(typeof(HealthDocument)));
        return routes;
    }

    private static Ok<HealthDocument> Live(Readiness readiness) => TypedResults.Ok(readiness.Describe("ok"));

    private static JsonHttpResult<HealthDocument> Ready(Readiness readiness) => Answer(readiness, readiness.Status);

    private static JsonHttpResult<HealthDocument> Startup(Readiness readiness) =>
        Answer(readiness, readiness.Starting ? Readiness.StartingStatus : Readiness.Ok);

    private static JsonHttpResult<HealthDocument> Answer(Readiness readiness, string status) =>
        TypedResults.Json(readiness.Describe(status), Json.Options, statusCode: status == Readiness.Ok ? 200 : 503);
}

/// <summary>Whether the service can answer.</summary>
internal sealed class Readiness(ModelCatalogue catalogue, AuditTrailStatus trail, AuditTrailQueue queue, IHostApplicationLifetime lifetime)
{
    public const string Ok = "ok";
    public const string StartingStatus = "starting";

    /// <summary>Whether models are still being loaded.</summary>
    public bool Starting => catalogue.Status.Any(m => m.State == ModelState.Loading);

    /// <summary><see cref="Ok"/>, or why not.</summary>
    public string Status =>
        lifetime.ApplicationStopping.IsCancellationRequested ? "draining"
        : Starting ? StartingStatus
        : catalogue.Status.Any(m => m.State == ModelState.Ready) ? Ok
        : "no-model";

    public HealthDocument Describe(string status) =>
        new(
            status,
            [.. catalogue.Status.Select(m => new ModelHealth(m.Name, m.State.ToString().ToLowerInvariant()))],
            new StoreHealth(trail.State, queue.Count, trail.Dropped),
            catalogue.Provider
        );
}
