using System.Globalization;
using System.Threading.RateLimiting;
using Explain.Service.Problems;
using Microsoft.AspNetCore.RateLimiting;

namespace Explain.Service.Security;

/// <summary>How often a caller may call: a bucket for each, which a minute fills.</summary>
internal static class RateLimits
{
    public static void Apply(this RateLimiterOptions options, SecuritySettings security)
    {
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Partition(context, security));
        options.OnRejected = (rejected, _) => new ValueTask(RejectAsync(rejected));
    }

    private static RateLimitPartition<string> Partition(HttpContext context, SecuritySettings security)
    {
        var own = Caller.NameOf(context.User) is { Kind: CallerName.Key, Name: var key }
            ? context.RequestServices.GetRequiredService<ApiKeys>().QuotaOf(key)
            : null;
        // A bucket keeps its size: a quota that was changed gets another.
        return (own ?? security.RequestsPerMinute) is { } quota
            ? RateLimitPartition.GetTokenBucketLimiter($"{Caller.IdentityOf(context)} {quota}", _ => Bucket(quota))
            : RateLimitPartition.GetNoLimiter("");
    }

    private static TokenBucketRateLimiterOptions Bucket(int quota) =>
        new()
        {
            TokenLimit = quota,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / quota,
            QueueLimit = 0,
        };

    private static Task RejectAsync(OnRejectedContext rejected)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var left) ? left : TimeSpan.FromMinutes(1);
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        var problem = Problem.Of(
            429,
            string.Create(CultureInfo.InvariantCulture, $"The caller's quota of requests a minute is used up; try again in {seconds} s.")
        );
        return ProblemWriter.WriteAsync(rejected.HttpContext, problem with { RetryAfter = seconds });
    }
}
