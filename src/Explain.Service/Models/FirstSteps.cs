using Explain.Demo;
using Explain.Engine.Catalogue;
using Explain.Engine.Parameters;
using Explain.Service.Security;
using Explain.Service.Telemetry;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Explain.Service.Models;

/// <summary>Prints a command that can be pasted as it is, and where the documentation is.</summary>
internal sealed class FirstSteps(
    ModelCatalogue catalogue,
    IServer server,
    IHostApplicationLifetime lifetime,
    SecuritySettings security,
    TelemetrySettings telemetry,
    ILogger<FirstSteps> logger
)
{
    private static readonly string UsualMethod = new ExplainParameters().Method;
    private static readonly string[] AnyAddress = ["[::]", "0.0.0.0", "*", "+"];

    /// <summary>Prints once the service listens; nothing when no model is ready or there is no address, as under a test.</summary>
    public async Task PrintAsync(CancellationToken cancellation)
    {
        await StartedAsync(cancellation);
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is not { } address)
            return;
        var root = AnyAddress.Aggregate(address, (url, any) => url.Replace($"//{any}:", "//localhost:", StringComparison.Ordinal));
        if (Command(root) is not { } command)
            return;
        // Collectors of JSON lines read nothing else.
        if (telemetry.Format == LogFormat.Json)
        {
            logger.LogInformation(
                "Try it: {Command:l} or, in a browser, {Page:l} Documentation: {Documentation:l}",
                command,
                $"{root}/",
                $"{root}/swagger"
            );
        }
        else
        {
            Console.WriteLine($"Try it:\n  {command}\nor, in a browser: {root}/\nDocumentation: {root}/swagger");
        }
    }

    private string? Command(string root)
    {
        var usable = catalogue
            .Status.Where(s =>
                s.Description is { Classes: > 0, AuxiliaryInputs.Count: 0 } && s.Methods.Any(m => m.Method == UsualMethod && m.Supported)
            )
            .Select(s => s.Name)
            .ToArray();
        if (usable.Length == 0 || DemoAssets.Samples.Count == 0)
            return null;
        var sample = DemoAssets.Samples[0];
        var (model, target) = usable.Contains(DemoAssets.ModelName)
            ? (DemoAssets.ModelName, sample.Objects[0].Kind)
            : (usable[0], "predicted");
        // The shell puts the key in: it is nobody's business here.
        var curl = security.IsOpen ? "curl -sS" : $"curl -sS -H \"{ApiKeyHandler.Header}: $EXPLAIN_API_KEY\"";
        return $"{curl} {root}/api/v1/samples/{sample.File} | {curl} -F image=@- -F 'target={target}' "
            + $"'{root}/api/v1/models/{Uri.EscapeDataString(model)}/explain' -o heat.png";
    }

    private async Task StartedAsync(CancellationToken cancellation)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var onStart = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellation);
    }
}
