using Microsoft.AspNetCore.HttpOverrides;

namespace Explain.Service.Requests;

/// <summary>Sees callers and addresses as they are before the proxies.</summary>
internal static class ProxySetup
{
    /// <summary>Before everything that looks at a request; routing comes after the path has been cut.</summary>
    public static WebApplication UseProxies(this WebApplication app, ProxySettings proxies)
    {
        if (proxies.Networks.Count > 0)
        {
            // Each hop is looked at: the one before it must be a proxy, too.
            var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All, ForwardLimit = null };
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var network in proxies.Networks)
                options.KnownIPNetworks.Add(network);
            app.UseForwardedHeaders(options);
        }

        if (proxies.PathBase.HasValue)
            app.UsePathBase(proxies.PathBase);
        app.UseRouting();
        return app;
    }
}
