using Explain.Service;
using Explain.Service.Caching;
using Explain.Service.Explaining;
using Explain.Service.Health;
using Explain.Service.Limits;
using Explain.Service.Models;
using Explain.Service.OpenApi;
using Explain.Service.Problems;
using Explain.Service.Protocols;
using Explain.Service.Security;
using Explain.Service.Settings;
using Explain.Service.Telemetry;
using Explain.Service.Trail;

if (args is ["--health-check", .. var rest])
    return await HealthCheck.RunAsync(rest);
if (NewApiKey.Handle(args, Console.Out, Console.Error) is { } exitCode)
    return exitCode;

var builder = ConfigurationSetup.CreateBuilder(args);
var settings = ServiceSettings.Read(builder.Configuration, out var problems);
if (problems.Count > 0)
    return ConfigurationSetup.Refuse(problems);

builder.WebHost.ConfigureKestrel(kestrel => kestrel.Apply(settings));
builder.AddAdminPort(settings.Security);
builder
    .Services.AddLog(settings)
    .AddTelemetry(settings)
    .AddExplainEngine(settings)
    .AddExplainAnswers()
    .AddAnswerCache(settings.Cache)
    .AddTrail(settings.Store)
    .AddDeadline(settings)
    .AddSecurity(settings.Security)
    .AddApiDocument();

var app = builder.Build();

app.UseRequestIds();
app.UseSecurityHeaders(settings.Security);
app.UseRequestLog();
app.UseMiddleware<RequestMeasuring>();
app.UseMiddleware<ProblemMiddleware>();
app.Use(
    (context, next) =>
    {
        AnswerTime.Begin(context);
        return next(context);
    }
);
app.UseRequestTimeouts();
app.UseApiDocument();
app.UseSecurity(settings.Security);

app.MapExplain();
app.MapExplanations();
app.MapModels();
app.MapDiscovery();
app.MapSamples();
app.MapProtocols(settings.Protocols);
app.MapHealth();
app.MapMetrics(settings);

app.WarnWhenOpen(settings.Security);
return await app.UntilStoppedAsync();
