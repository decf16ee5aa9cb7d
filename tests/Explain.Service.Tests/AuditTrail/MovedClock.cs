using Microsoft.Extensions.DependencyInjection;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.AuditTrail;

/// <summary>A clock that is behind, for a trail that is older than the test.</summary>
internal sealed class MovedClock(TimeSpan behind) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - behind;

    /// <summary>A service that thinks it is earlier.</summary>
    public static Service ServiceBefore(TimeSpan behind, params (string, string)[] settings) =>
        new(services => services.AddSingleton<TimeProvider>(new MovedClock(behind)), settings);

    /// <summary>Writes a trail with a map of the last hours and one of days ago.</summary>
    public static async Task WriteTrailAsync(string directory)
    {
        foreach (var behind in new[] { TimeSpan.FromDays(3), TimeSpan.FromHours(1) })
        {
            await using var service = ServiceBefore(behind, ("Store", "sqlite"), ("Store:Directory", directory), ("Store:Maps", "true"));
            await service.InitializeAsync();
            await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png));
            await service.Client.WrittenAsync(1);
        }
    }
}
