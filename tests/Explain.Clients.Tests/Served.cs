using Explain.Testing;

namespace Explain.Clients.Tests;

/// <summary>The service that clients ask, and what it is asked about.</summary>
internal static class Served
{
    /// <summary>The committed document, from which clients are generated.</summary>
    public static string Document => Path.Combine(Checkout.Root, "openapi.yaml");

    /// <summary>An image of the demo model's classes.</summary>
    public static string Image =>
        Directory
            .EnumerateFiles(Path.Combine(Checkout.Root, "src", "Explain.Demo", "Assets", "samples"), "*.png")
            .Order(StringComparer.Ordinal)
            .First();

    /// <summary>Starts the service with the demo model.</summary>
    /// <param name="settings">Arguments; without any, nothing is written down.</param>
    public static Task<ServiceProcess> StartAsync(params string[] settings) =>
        ServiceProcess.StartAsync(
            typeof(Service.Problems.ProblemDocument).Assembly.Location,
            settings.Length > 0 ? settings : ["--Explain:Store=none"]
        );
}
