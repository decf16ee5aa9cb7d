using System.Net.Sockets;

namespace Explain.Service.Settings;

/// <summary>Runs the service; an address that cannot be listened on is wrong use, not a crash.</summary>
internal static class ServiceRun
{
    /// <summary>Runs until asked to stop.</summary>
    /// <returns>Exit code: 0, or 2 after one line on standard error.</returns>
    public static async Task<int> UntilStoppedAsync(this WebApplication app)
    {
        // Read now: the application is disposed of before a failure gets here.
        var started = app.Lifetime.ApplicationStarted;
        var (key, addresses) = ConfigurationSetup.AddressesOf(app.Configuration);
        try
        {
            await app.RunAsync();
            return 0;
        }
        // What the server says of a port beyond all ports, of another scheme, of a missing certificate.
        catch (Exception e)
            when (e is FormatException or IOException or SocketException or ArgumentException or InvalidOperationException
                && !started.IsCancellationRequested
            )
        {
            return ConfigurationSetup.Refuse([
                $"{key} = '{addresses}' is not allowed; allowed: addresses of this machine, like http://localhost:8080, that no other "
                    + $"program listens on ({e.Message.Split('\n')[0].TrimEnd('.', '\r')})",
            ]);
        }
    }
}
