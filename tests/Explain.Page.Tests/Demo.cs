using System.Security.Cryptography;
using System.Text;
using Explain.Testing;

[assembly: AssemblyFixture(typeof(Explain.Page.Tests.Demo))]

namespace Explain.Page.Tests;

/// <summary>The service with the demo model and nothing set: one for all tests that need no settings of their own.</summary>
public sealed class Demo : IAsyncDisposable
{
    private readonly Lazy<Task<ServiceProcess>> _started = new(() => StartAsync("--Explain:Store=none"));

    /// <summary>Its process, started when the first test asks for it.</summary>
    public Task<ServiceProcess> Service => _started.Value;

    /// <summary>An image of the demo model's classes: the path of the file.</summary>
    public static string Image(string name = "drop-and-arrow") =>
        Path.Combine(Checkout.Root, "src", "Explain.Demo", "Assets", "samples", $"{name}.png");

    /// <summary>The file of the demo model.</summary>
    public static string Model => Path.Combine(Checkout.Root, "src", "Explain.Demo", "Assets", "model.onnx");

    /// <summary>Settings of a service that takes a key, for explaining and reading.</summary>
    public static string[] WithKey(string key) =>
        [
            "--Explain:ApiKeys:0:Name=page",
            $"--Explain:ApiKeys:0:Hash=sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}",
            "--Explain:ApiKeys:0:Scopes=explain,models:read",
        ];

    /// <summary>Starts the service with the demo model and settings.</summary>
    public static Task<ServiceProcess> StartAsync(params string[] settings) =>
        ServiceProcess.StartAsync(typeof(Service.Problems.ProblemDocument).Assembly.Location, settings);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_started.IsValueCreated)
            await (await Service).DisposeAsync();
    }
}
