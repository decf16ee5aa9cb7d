using System.Globalization;

namespace Explain.Service.Settings;

/// <summary>Where settings come from.</summary>
internal static class ConfigurationSetup
{
    private const string Urls = "urls";
    private const string Endpoints = "Kestrel:Endpoints";
    private const string DefaultUrl = "http://localhost:8080";

    /// <summary>The key of bare ports, on every interface.</summary>
    public const string Ports = "http_ports";

    // Whatever names an address in ASP.NET Core; if none does, ours holds.
    private static readonly string[] AddressKeys = [Urls, Ports, "https_ports"];

    /// <summary>What the command line calls some keys for short.</summary>
    public static IReadOnlyDictionary<string, string> ShortForms { get; } =
        new Dictionary<string, string>
        {
            ["--models"] = $"{SettingsReader.Root}:ModelsDirectory",
            // KServe appends these, and --predictor_host and --workers, which mean nothing here.
            ["--model_name"] = $"{SettingsReader.Root}:ModelName",
            ["--http_port"] = Ports,
        };

    /// <summary>A builder that finds appsettings.json beside the program, whatever directory it is started from.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddCommandLine(args, ShortForms.ToDictionary());
        if (
            AddressKeys.All(key => string.IsNullOrEmpty(builder.Configuration[key]))
            && !builder.Configuration.GetSection(Endpoints).Exists()
        )
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        return builder;
    }

    /// <summary>The key that names the addresses the service listens on, and its value: endpoints of the server win.</summary>
    public static (string Key, string? Value) AddressesOf(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection(Endpoints).GetChildren().Select(e => e["Url"]).ToArray();
        return endpoints.Length > 0 ? (Endpoints, string.Join(';', endpoints))
            : string.IsNullOrEmpty(configuration[Urls]) && configuration[Ports] is { Length: > 0 } ports ? (Ports, ports)
            : (Urls, configuration[Urls]);
    }

    /// <summary>One line for each port that is none: the server would listen on port 80 instead, and say nothing.</summary>
    public static IEnumerable<string> WrongPorts(IConfiguration configuration) =>
        (configuration[Ports] ?? "")
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(port => !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(port => $"{Ports} = '{port}' is not allowed; allowed: a port from 0 to 65535, or several with ; between them");

    /// <summary>Reports bad settings, one line each; the result is the exit code of wrong use.</summary>
    public static int Refuse(IEnumerable<string> problems)
    {
        foreach (var problem in problems)
            Console.Error.WriteLine(problem);
        return 2;
    }
}
