using Explain.Service;
using Explain.Service.AuditTrail;
using Explain.Service.AuditTrail.Drift;
using Explain.Service.Caching;
using Explain.Service.Docs;
using Explain.Service.Endpoints;
using Explain.Service.Explaining;
using Explain.Service.Health;
using Explain.Service.Models;
using Explain.Service.OpenApi;
using Explain.Service.Page;
using Explain.Service.Protocols;
using Explain.Service.Requests;
using Explain.Service.Security;
using Explain.Service.Settings;
using Explain.Service.Telemetry;

if (OpenFiles.WhyNot() is { } scarcity)
    return ConfigurationSetup.Refuse([scarcity]);
if (args is ["--health-check", .. var rest])
    return await HealthCheck.RunAsync(rest);
if (
    (NewApiKey.Handle(args, Console.Out, Console.Error) ?? CommandLine.Handle(args, ApiVersion.Current, Console.Out, Console.Error)) is
    { } exitCode
)
{
    return exitCode;
}

var builder = ConfigurationSetup.CreateBuilder(args);
var settings = ServiceSettings.Read(builder.Configuration, out var problems);
if (problems.Count > 0)
    return ConfigurationSetup.Refuse(problems);

builder.WebHost.ConfigureKestrel(kestrel => kestrel.Apply(settings.Engine));
builder.AddAdminPort(settings.Security);
builder
    .Services.AddLog(settings.Telemetry)
    .AddTelemetry(settings.Telemetry)
    .AddExplainEngine(settings)
    .AddExplainAnswers()
    .AddAnswerCache(settings.Cache)
    .AddAuditTrail(settings.AuditTrail)
    .AddDrift(settings.AuditTrail)
    .AddDeadline(settings.RequestTimeout)
    .AddSecurity(settings.Security)
    .AddCompression()
    .AddApiDocument();

var app = builder.Build();

app.UseHead();
app.UseProxies(settings.Proxies);
app.UseRequestIds();
app.UseRequestFacts(settings.RequestTimeout);
app.UseSendingTime(settings.RequestTimeout);
app.UseSecurityHeaders(settings.Security);
app.UseRequestLog();
app.UseCompression();
app.UseMiddleware<RequestMeasuring>();
app.UseMiddleware<ProblemMiddleware>();
app.UseRequestTimeouts();
app.UseApiDocument();
app.UseSecurity(settings.Security);

app.MapExplain();
app.MapAuditTrail();
app.MapDrift();
app.MapModels();

// A model is loaded twice: to try it out, and to serve it.
app.MapUploads(settings.Uploads, settings.RequestTimeout + 2 * settings.Engine.MaxLoadTime);
app.MapDiscovery();
app.MapSamples();
app.MapProtocols(settings.Protocols);
app.MapPage();
app.MapDocs();
app.MapHealth();
app.MapMetrics(settings.Telemetry, settings.Security);

app.WarnWhenOpen(settings.Security);
return await app.UntilStoppedAsync();
