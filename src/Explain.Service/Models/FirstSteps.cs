using Explain.Engine;
using Explain.Engine.Demo;
using Explain.Engine.Models;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Explain.Service.Models;

/// <summary>Prints a command that can be pasted as it is, and where the documentation is.</summary>
internal sealed class FirstSteps(ModelCatalogue catalogue, IServer server, IHostApplicationLifetime lifetime)
{
    private static readonly string UsualMethod = new ExplainParameters().Method;
    private static readonly string[] AnyAddress = ["[::]", "0.0.0.0", "*", "+"];

    /// <summary>Prints once the service listens; nothing when no model is ready or there is no address, as under a test.</summary>
    public async Task PrintAsync(CancellationToken cancellation)
    {
        await StartedAsync(cancellation);
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is not { } address) return;
        var root = AnyAddress.Aggregate(address, (url, any) => url.Replace($"//{any}:", "//localhost:", StringComparison.Ordinal));
        if (Command(root) is { } command) Console.WriteLine($"Try it:\n  {command}\nDocumentation: {root}/swagger");
    }

    private string? Command(string root)
    {
        var usable = catalogue.Status.Select(s => s.Description).OfType<ModelDescription>()
            .Where(m => m.Classes > 0 && m.FurtherInputs.Count == 0 && m.Methods.Any(method => method.Method == UsualMethod && method.Supported)).Select(m => m.Name).ToArray();
        if (usable.Length == 0 || DemoAssets.Samples.Count == 0) return null;
        var sample = DemoAssets.Samples[0];
        var (model, target) = usable.Contains(DemoAssets.ModelName) ? (DemoAssets.ModelName, sample.Objects[0].Kind) : (usable[0], "predicted");
        return $"curl -sS {root}/api/v1/samples/{sample.File} | curl -sS -F image=@- -F 'target={target}' '{root}/api/v1/models/{Uri.EscapeDataString(model)}/explain' -o heat.png";
    }

    private async Task StartedAsync(CancellationToken cancellation)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var onStart = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellation);
    }
}
