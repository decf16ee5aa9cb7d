namespace Explain.Service.Security;

/// <summary>A port of its own for what only operators should reach.</summary>
internal static class AdminPort
{
    /// <summary>Listens on it, too, at the first address that the service listens on.</summary>
    public static void AddAdminPort(this WebApplicationBuilder builder, SecuritySettings security)
    {
        if (security.AdminPort is not { } port)
            return;
        var configuration = builder.Configuration;
        if (configuration.GetSection("Kestrel:Endpoints").Exists())
            configuration["Kestrel:Endpoints:ExplainAdmin:Url"] = $"http://*:{port}";
        else if (configuration["urls"] is { Length: > 0 } urls)
            builder.WebHost.UseUrls($"{urls};http://{Host(urls)}:{port}");
        else
            configuration["http_ports"] = $"{configuration["http_ports"]};{port}".TrimStart(';');
    }

    /// <summary>Elsewhere there is no such address. It is the connection's own port that counts: the Host header is the caller's.</summary>
    public static IApplicationBuilder UseAdminPort(this IApplicationBuilder app, SecuritySettings security)
    {
        if (security.AdminPort is not { } port)
            return app;
        return app.Use(
            (context, next) =>
            {
                if (context.Connection.LocalPort != port && context.GetEndpoint()?.Metadata.GetMetadata<OnAdminPort>() is not null)
                    context.SetEndpoint(null);
                return next(context);
            }
        );
    }

    // What is no address is reported by the server when it starts.
    private static string Host(string urls)
    {
        try
        {
            return BindingAddress.Parse(urls.Split(';')[0]).Host;
        }
        catch (FormatException)
        {
            return "localhost";
        }
    }
}
