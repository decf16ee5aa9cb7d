using System.Net;
using Explain.Service.Settings;

namespace Explain.Service.Requests;

/// <summary>What stands between callers and the service.</summary>
/// <param name="Networks">Whose word about callers is taken.</param>
/// <param name="PathBase">Where the service's addresses begin, for those who ask by the proxy; empty for the root.</param>
internal sealed record ProxySettings(IReadOnlyList<IPNetwork> Networks, PathString PathBase)
{
    private const string Addresses = "addresses and networks of proxies, like 10.0.0.7 or 10.0.0.0/8";
    private const string Paths = "a path like /explain";

    /// <summary>Reads them.</summary>
    public static ProxySettings Read(SettingsReader reader)
    {
        var proxies = reader.Texts(
            "Proxies",
            Addresses,
            "Proxies whose X-Forwarded-For, -Proto, -Host and -Prefix are believed, as a list or with commas."
        );
        foreach (var wrong in proxies.Where(p => Network(p) is null))
            reader.Refuse("Proxies", wrong, Addresses);
        var path = reader.Text("PathBase", Paths, "Where addresses begin when a proxy passes them on as they are.");
        if (path is not null && !IsPath(path))
            reader.Refuse("PathBase", path, Paths);
        return new ProxySettings(
            [.. proxies.Select(Network).OfType<IPNetwork>()],
            path is not null && IsPath(path) ? new PathString(path.TrimEnd('/')) : PathString.Empty
        );
    }

    private static bool IsPath(string path) =>
        path.Length > 1
        && path[0] == '/'
        && !path.Contains("//", StringComparison.Ordinal)
        && path.All(c => char.IsAsciiLetterOrDigit(c) || "/-._~".Contains(c, StringComparison.Ordinal));

    private static IPNetwork? Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, 8 * address.GetAddressBytes().Length)
        : null;
}
