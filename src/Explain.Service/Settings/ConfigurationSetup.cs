namespace Explain.Service.Settings;

/// <summary>Where settings come from.</summary>
internal static class ConfigurationSetup
{
    private const string DefaultUrl = "http://localhost:8080";

    // Whatever names an address in ASP.NET Core; if none does, ours holds.
    private static readonly string[] AddressKeys = ["urls", "http_ports", "https_ports"];

    private static readonly Dictionary<string, string> ShortForms = new()
    {
        ["--models"] = $"{ServiceSettings.Section}:ModelsDirectory",
    };

    /// <summary>A builder that finds appsettings.json beside the program, whatever directory it is started from.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddCommandLine(args, ShortForms);
        if (AddressKeys.All(key => string.IsNullOrEmpty(builder.Configuration[key])) && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls(DefaultUrl);
        return builder;
    }

    /// <summary>Reports bad settings, one line each; the result is the exit code of wrong use.</summary>
    public static int Refuse(IEnumerable<string> problems)
    {
        foreach (var problem in problems) Console.Error.WriteLine(problem);
        return 2;
    }
}
