using System.Net;
using Explain.Service.Caching;
using Explain.Service.Tests.AuditTrail;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Caching;

/// <summary>A real Redis that several instances share, and what becomes of answers while it is away.</summary>
public sealed class RedisTests
{
    [Fact]
    public async Task WhatOneInstanceComputedAnotherAnswers()
    {
        using var redis = new RedisServer();
        await redis.StartAsync();
        await using var first = await StartAsync(redis);
        await using var second = await StartAsync(redis);
        var (computed, answer) = await SharedAsync(redis, first, second, "target=1");
        Assert.Equal(await BytesAsync(computed), await BytesAsync(answer));
        Assert.Equal(computed.Headers.GetValues("X-Explain-Id"), answer.Headers.GetValues("X-Explain-Id"));
        Assert.Equal("miss", Cache(await AskAsync(second, "target=2")));
    }

    [Fact]
    public async Task WhileItIsAwayAnswersGoOnAndWhenItIsBackItIsUsedAgain()
    {
        using var redis = new RedisServer();
        await redis.StartAsync();
        await using var first = await StartAsync(redis);
        await using var second = await StartAsync(redis);
        var (tier, asked) = (Tier(first), 1000);
        await UntilAskedAsync();

        redis.Stop();
        for (var n = 0; n < 5; n++)
            Assert.Equal("miss", Cache(await AskAsync(first, $"target=1&threshold=0.{n + 1}")));
        Assert.False(tier.Up);
        // In memory, as without Redis.
        Assert.Equal("hit", Cache(await AskAsync(first, "target=1&threshold=0.1")));

        await redis.StartAsync();
        await UntilAskedAsync();
        await SharedAsync(redis, first, second, "target=2");

        Task UntilAskedAsync() =>
            Wait.UntilAsync(
                async () =>
                {
                    await AskAsync(first, $"target=0&seed={asked++}");
                    return tier.Up;
                },
                "Redis is used"
            );
    }

    // What an instance was never asked before and answers from the cache, it has from Redis. Nobody waits for Redis to have a value or to
    // give one, so on a busy machine another value may be the new one, or Redis seem to be away: then it is tried again.
    private static async Task<(HttpResponseMessage Computed, HttpResponseMessage Answer)> SharedAsync(
        RedisServer redis,
        Service first,
        Service second,
        string query
    )
    {
        for (var tries = 1; ; tries++)
        {
            Assert.True(tries < 100, "what one instance computed the other computes, too");
            await Task.WhenAll(UntilUsedAsync(first), UntilUsedAsync(second));
            var (asked, held) = ($"{query}&seed={tries}", await redis.CountAsync());
            var computed = await AskAsync(first, asked);
            Assert.Equal("miss", Cache(computed));
            await Wait.UntilAsync(async () => !Tier(first).Up || await redis.CountAsync() > held, "Redis has it");
            var answer = await AskAsync(second, asked);
            if (Cache(answer) == "hit")
                return (computed, answer);
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(Service service, string query)
    {
        var answer = await service.Client.SendAsync($"{ExplainRoute}?{query}", Raw(TestImages.Png));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return answer;
    }

    private static Task UntilUsedAsync(Service service) =>
        Wait.UntilAsync(
            async () =>
            {
                await Tier(service).GetAsync("nothing", TestContext.Current.CancellationToken);
                return Tier(service).Up;
            },
            "Redis is used"
        );

    private static SharedTier Tier(Service service) => (SharedTier)service.Services.GetRequiredService<IDistributedCache>();

    private static string Cache(HttpResponseMessage answer) => answer.Headers.GetValues("X-Cache").Single();

    private static Task<byte[]> BytesAsync(HttpResponseMessage answer) =>
        answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

    private static async Task<Service> StartAsync(RedisServer redis)
    {
        var service = new Service(("Cache:SizeBytes", "10000000"), ("Cache:Redis", redis.Connection));
        await service.InitializeAsync();
        return service;
    }
}
