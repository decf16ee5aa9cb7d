using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Explain.Service.Caching;

/// <summary>The cache of answers in the container.</summary>
internal static class CachingSetup
{
    // Redis holds no larger values; in memory the size of the whole cache is the limit.
    private const long LargestAnswer = 512L * 1024 * 1024;

    public static IServiceCollection AddAnswerCache(this IServiceCollection services, CacheSettings settings)
    {
        services.AddSingleton(settings).AddSingleton<AnswerCache>();
        if (!settings.On)
            return services;
        services.AddMemoryCache(memory => memory.SizeLimit = settings.SizeBytes);
        services
            .AddHybridCache(cache =>
            {
                cache.MaximumPayloadBytes = LargestAnswer;
                cache.ReportTagMetrics = false;
                cache.DefaultEntryOptions = new HybridCacheEntryOptions
                {
                    Expiration = settings.Expiry,
                    LocalCacheExpiration = settings.Expiry,
                };
            })
            .AddSerializer<CachedAnswer, CachedAnswerSerializer>();
        if (settings.Redis is { } connection)
            services.AddSingleton<IDistributedCache>(provider => Shared(connection, provider));
        return services;
    }

    private static SharedTier Shared(string connection, IServiceProvider provider)
    {
        var options = ConfigurationOptions.Parse(connection);
        // It connects, and connects again, by itself; meanwhile nothing queues up.
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ReconnectRetryPolicy = new LinearRetry(1000);
        options.ConnectTimeout = Math.Min(options.ConnectTimeout, 2000);
        options.LoggerFactory = null;
        var redis = new RedisCache(Options.Create(new RedisCacheOptions { ConfigurationOptions = options, InstanceName = "explain:" }));
        return new SharedTier(
            redis,
            string.Join(',', options.EndPoints),
            TimeProvider.System,
            provider.GetRequiredService<ILogger<SharedTier>>()
        );
    }
}
