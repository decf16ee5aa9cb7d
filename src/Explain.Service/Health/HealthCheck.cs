using System.Net.Security;
using Explain.Service.Settings;

namespace Explain.Service.Health;

/// <summary><c>--health-check [live|ready|startup]</c>: asks the service on this machine, for images without a shell and curl.</summary>
internal static class HealthCheck
{
    private static readonly string[] Questions = ["ready", "live", "startup"];

    /// <summary>Asks once, at the address that the rest of the arguments and the environment give the service.</summary>
    /// <returns>Exit code: 0 for a good answer, else 1 after one line on standard error.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var (question, rest) = args is [var first, .. var others] && !first.StartsWith('-') ? (first, others) : (Questions[0], args);
        if (!Questions.Contains(question))
            return Fail($"'{question}' is no health check; allowed: {string.Join(", ", Questions)}");
        var (key, addresses) = ConfigurationSetup.AddressesOf(ConfigurationSetup.CreateBuilder(rest).Configuration);
        if (Target(key, addresses) is not { } root)
            return Fail($"{key} = '{addresses}' has no address to ask");
        // A certificate is for the name that others use; this one asks by that of the machine.
        var trusting = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null };
        using var handler = new SocketsHttpHandler { UseProxy = false, SslOptions = trusting };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var answer = await client.GetAsync(new Uri(root, $"/healthz/{question}"));
            return answer.IsSuccessStatusCode
                ? 0
                : Fail($"{question}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return Fail($"{question}: {root} does not answer ({e.Message.TrimEnd('.')})");
        }
    }

    // The first address without TLS, or with it; on this machine, where it stands for every interface.
    private static Uri? Target(string key, string? addresses)
    {
        var address = (addresses ?? "")
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(a => key == ConfigurationSetup.Ports ? $"http://*:{a}" : a)
            .OrderBy(a => a.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
            .FirstOrDefault(a => a.StartsWith("http", StringComparison.OrdinalIgnoreCase));
        try
        {
            if (address is null)
                return null;
            var binding = BindingAddress.Parse(address);
            return new UriBuilder(
                binding.Scheme,
                binding.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : binding.Host,
                binding.Port
            ).Uri;
        }
        catch (Exception e) when (e is FormatException or UriFormatException or ArgumentException)
        {
            return null;
        }
    }

    private static int Fail(string reason)
    {
        Console.Error.WriteLine(reason);
        return 1;
    }
}
