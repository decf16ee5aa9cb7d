using Explain.Service.Problems;
using Explain.Service.Security;
using Explain.Testing;

[assembly: AssemblyFixture(typeof(Explain.Docs.Tests.ShownService))]

namespace Explain.Docs.Tests;

/// <summary>The service as the pages have it: open, and with a key.</summary>
public sealed class ShownService : IAsyncLifetime
{
    /// <summary>The key of the second's callers.</summary>
    public const string Key = "exk_documents";

    /// <summary>The key of its operator.</summary>
    public const string AdminKey = "exk_operator";

    private readonly TemporaryFolder _folder = new();
    private ServiceProcess? _open;
    private ServiceProcess? _closed;

    /// <summary>The one whose callers are unknown.</summary>
    internal ServiceProcess Open => _open!;

    /// <summary>The one that a page asks.</summary>
    internal ServiceProcess Of(string page) => page == Shown.Security ? _closed! : Open;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Shown.WriteModels(_folder.Path);
        await using (var before = await StartAsync([.. Shown.Settings(_folder.Path)]))
            await OldTrail.WriteAsync(before, Shown.StoreOf(_folder.Path));
        _open = await StartAsync([.. Shown.Settings(_folder.Path), "--Explain:OpenAdmin=true"]);
        _closed = await StartAsync([
            $"--Explain:Store:Directory={_folder.Path}/closed",
            "--Explain:Store:Pictures=true",
            .. KeyOf(0, "dashboard", Key, "explain,predict,models:read"),
            .. KeyOf(1, "operator", AdminKey, "audit:read,audit:delete"),
        ]);
        // A page shows what was counted.
        using var asked = await _open.Client.PostAsync("/api/v1/models/demo/estimate", null);
        asked.EnsureSuccessStatusCode();
        await MetricsAsync(text => text.Contains("\nexplain_requests_total", StringComparison.Ordinal));
    }

    /// <summary>What <c>/metrics</c> answers, once it has what is waited for.</summary>
    internal async Task<string> MetricsAsync(Predicate<string> there)
    {
        for (var tries = 0; ; tries++)
        {
            var text = await Open.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
            if (there(text))
                return text;
            Assert.True(tries < 600, text);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var service in new[] { _open, _closed }.OfType<ServiceProcess>())
            await service.DisposeAsync();
        _folder.Dispose();
    }

    private static IEnumerable<string> KeyOf(int at, string name, string key, string scopes) =>
        [
            $"--Explain:ApiKeys:{at}:Name={name}",
            $"--Explain:ApiKeys:{at}:Hash={ApiKey.FormatHash(ApiKey.HashOf(key))}",
            $"--Explain:ApiKeys:{at}:Scopes={scopes}",
        ];

    private static Task<ServiceProcess> StartAsync(string[] arguments) =>
        ServiceProcess.StartAsync(typeof(ProblemDocument).Assembly.Location, arguments);
}
