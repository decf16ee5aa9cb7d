namespace Explain.Service.Security;

/// <summary>
/// Looks whether the file of keys has changed. It is read, not watched: what a cluster mounts changes by a link, of which watchers do not
/// hear. A file that is wrong, or gone, changes nothing.
/// </summary>
internal sealed class ApiKeyWatch(SecuritySettings security, ApiKeys keys, TimeProvider clock, ILogger<ApiKeyWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (security.KeyFile is not { } known)
            return;
        var said = "";
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Period, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var now = ApiKeyFile.Read(known.Path, security.Keys, out var problems);
            var trouble = string.Join("; ", problems);
            if (problems.Count > 0)
            {
                if (trouble != said)
                    logger.LogWarning("The keys stay as they are: {Problems}", trouble);
            }
            else if (now.Text != known.Text)
            {
                keys.Exchange(now.Keys);
                logger.LogInformation("The keys of {Path} are now {Keys}", now.Path, string.Join(", ", now.Keys.Select(k => k.Name)));
                known = now;
            }
            said = trouble;
        }
    }
}
