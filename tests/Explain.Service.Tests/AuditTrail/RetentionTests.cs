using Explain.Service.AuditTrail.Storage;
using Explain.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.AuditTrail;

/// <summary>How long explanations are kept.</summary>
public sealed class RetentionTests
{
    [Fact]
    public async Task WhatIsOlderThanItMayBeIsDeletedWithItsImageAndItsMapAndTheRestStays()
    {
        using var folder = new TemporaryFolder();
        await using (var service = await StartAsync(folder, days: 0))
        {
            foreach (var target in new[] { 0, 1 })
                await service.Client.SendAsync($"{ExplainRoute}?target={target}", Raw(TestImages.Png));
            var old = (await service.Client.WrittenAsync(2))[1].GetProperty("id").GetString();
            Assert.Equal(2, await MapsAsync(service));
            await using var database = service.Services.GetRequiredService<AuditTrailDatabase>().Open();
            var (row, time) = (
                await database.Explanations.SingleAsync(e => e.Id == old, TestContext.Current.CancellationToken),
                DateTime.UtcNow.AddDays(-8)
            );
            await database
                .Explanations.Where(e => e.Id == old)
                .ExecuteUpdateAsync(e => e.SetProperty(r => r.Time, time), TestContext.Current.CancellationToken);
            await database
                .Pictures.Where(p => p.Digest == row.PictureDigest)
                .ExecuteUpdateAsync(p => p.SetProperty(r => r.Time, time), TestContext.Current.CancellationToken);
        }
        await using var again = await StartAsync(folder, days: 7);
        await using var trail = again.Services.GetRequiredService<AuditTrailDatabase>().Open();
        await Wait.UntilAsync(
            async () => await trail.Pictures.CountAsync(TestContext.Current.CancellationToken) == 1,
            "old explanations are deleted"
        );
        Assert.Equal(1, await MapsAsync(again));
        var left = Assert.Single(await again.Client.WrittenAsync(1));
        Assert.Equal(1, left.GetProperty("explanations")[0].GetProperty("target").GetProperty("index").GetInt32());
        Assert.True(
            (await again.Client.SendAsync(left.GetProperty("picture").GetString()!, null, method: HttpMethod.Get)).IsSuccessStatusCode
        );
    }

    private static async Task<int> MapsAsync(Service service)
    {
        await using var trail = service.Services.GetRequiredService<AuditTrailDatabase>().Open();
        return await trail.Maps.CountAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<Service> StartAsync(TemporaryFolder folder, int days)
    {
        var service = new Service(
            ("Store", "sqlite"),
            ("Store:Directory", folder.Path),
            ("Store:Pictures", "true"),
            ("Store:Maps", "true"),
            ("Store:RetentionDays", $"{days}")
        );
        await service.InitializeAsync();
        return service;
    }
}
