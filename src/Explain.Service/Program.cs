using Explain.Service;
using Explain.Service.Caching;
using Explain.Service.Explaining;
using Explain.Service.Health;
using Explain.Service.Limits;
using Explain.Service.Models;
using Explain.Service.OpenApi;
using Explain.Service.Problems;
using Explain.Service.Protocols.OpenInference;
using Explain.Service.Settings;
using Explain.Service.Telemetry;
using Explain.Service.Trail;

var builder = ConfigurationSetup.CreateBuilder(args);
var settings = ServiceSettings.Read(builder.Configuration, out var problems);
if (problems.Count > 0) return ConfigurationSetup.Refuse(problems);

builder.WebHost.ConfigureKestrel(kestrel => kestrel.Apply(settings));
builder.Services
    .AddLog()
    .AddExplainEngine(settings)
    .AddExplainAnswers()
    .AddAnswerCache(settings.Cache)
    .AddTrail(settings.Store)
    .AddDeadline(settings)
    .AddApiDocument();

var app = builder.Build();

app.UseRequestIds();
app.UseRequestLog();
app.UseMiddleware<ProblemMiddleware>();
app.Use((context, next) =>
{
    AnswerTime.Begin(context);
    return next(context);
});
app.UseRequestTimeouts();
app.UseApiDocument();

app.MapExplain();
app.MapExplanations();
app.MapModels();
app.MapDiscovery();
app.MapSamples();
app.MapOpenInference();
app.MapHealth();

app.Logger.LogWarning("This service is open: it asks nobody for an API key");
return await app.UntilStoppedAsync();
