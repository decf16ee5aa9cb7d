using Explain.Testing;

namespace Explain.Clients.Tests;

/// <summary>The service that clients ask, and what it is asked about.</summary>
internal static class Served
{
    /// <summary>The repository.</summary>
    public static string Repository { get; } = Find();

    /// <summary>The committed document, from which clients are generated.</summary>
    public static string Document => Path.Combine(Repository, "openapi.yaml");

    /// <summary>An image of the demo model's classes.</summary>
    public static string Image =>
        Directory
            .EnumerateFiles(Path.Combine(Repository, "src", "Explain.Demo", "Assets", "samples"), "*.png")
            .Order(StringComparer.Ordinal)
            .First();

    /// <summary>Starts the service with the demo model.</summary>
    public static Task<ServiceProcess> StartAsync() =>
        ServiceProcess.StartAsync(typeof(Service.Problems.ProblemDocument).Assembly.Location, ["--Explain:Store=none"]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ExplainService.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("the tests run outside the repository");
    }
}
