using System.Diagnostics;
using Explain.Cli.Jobs.Items;
using Explain.Cli.Terminal;

namespace Explain.Cli.Tests.Batch;

public sealed class ShardTests
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 1000).Select(i => $"folder/{i}.png")];

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(7), InlineData(64)]
    public void EveryItemBelongsToOneShardAndTheShardsAreOfLikeSize(int count)
    {
        var sizes = Enumerable.Range(0, count).Select(i => Names.Count(new Shard(i, count).Holds)).ToArray();

        Assert.All(Names, name => Assert.Single(Enumerable.Range(0, count), i => new Shard(i, count).Holds(name)));
        Assert.All(sizes, size => Assert.InRange(size, 0.4 * Names.Length / count, 1.8 * Names.Length / count));
    }

    // Were it ever computed in another way, pods of two releases would do some items twice and others never.
    [Fact]
    public void WhichShardAnItemBelongsToNeverChanges() =>
        Assert.Equal(
            [0, 4, 3, 0],
            ((string[])["a.png", "b.png", "cats/ä.jpg", "../x y.png"]).Select(name =>
                Enumerable.Range(0, 8).Single(i => new Shard(i, 8).Holds(name))
            )
        );

    [Fact]
    public void TheCommandLineOrTheEnvironmentSaysWhichShard()
    {
        Assert.Equal(new Shard(0, 1), Shard.Of(null, null, null));
        Assert.Equal(new Shard(2, 5), Shard.Of("2/5", null, null));
        Assert.Equal(new Shard(3, 8), Shard.Of(null, 8, "3"));
        Assert.Equal(new Shard(2, 5), Shard.Of("2/5", null, "3"));
    }

    [Theory]
    [InlineData("5/5", null, null, "--shard '5/5' is not allowed; allowed: i/n with i from 0 to n - 1 and n up to 100000")]
    [InlineData("-1/5", null, null, "--shard '-1/5' is not allowed; allowed: i/n with i from 0 to n - 1 and n up to 100000")]
    [InlineData("1", null, null, "--shard '1' is not allowed; allowed: i/n with i from 0 to n - 1 and n up to 100000")]
    [InlineData("0/0", null, null, "--shard '0/0' is not allowed; allowed: i/n with i from 0 to n - 1 and n up to 100000")]
    [InlineData("0/2", 2, null, "--shard i/n says already how many shards there are; leave --shards out")]
    [InlineData(null, 2, null, "--shards says how many there are, and nothing which: JOB_COMPLETION_INDEX is not set; say --shard i/n")]
    [InlineData(null, null, "1", "JOB_COMPLETION_INDEX is 1, but nothing says of how many shards; say --shards N, or --shard i/n")]
    [InlineData(null, 2, "2", "JOB_COMPLETION_INDEX is '2'; with --shards 2 allowed: 0 to 1")]
    [InlineData(null, 2, "x", "JOB_COMPLETION_INDEX is 'x'; with --shards 2 allowed: 0 to 1")]
    public void WhatIsUnclearIsRefused(string? asked, int? count, string? index, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => Shard.Of(asked, count, index)).Message);

    [Fact]
    public async Task ShardsThatBeginTogetherDoEveryItemOnce()
    {
        using var place = new BatchPlace().WithImages(40);
        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => place.RunAsync("--shard", $"{i}/3", "--part", "4")));

        Assert.All(runs, run => Assert.True(run.Code == 0, string.Join('\n', run.Error)));
        var rows = await place.RowsAsync();
        Assert.Equal(40, rows.Length);
        Assert.Equal(40, rows.Select(r => r.Item).Distinct().Count());
        Assert.Equal(40, place.Written().Length);
        Assert.Empty(place.Unfinished());
        Assert.All(Enumerable.Range(0, 3), i =>
            Assert.Contains(place.RowFiles(), f => Path.GetFileName(f).StartsWith($"part-{i}-of-3-", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task APodOfAnIndexedJobDoesItsShard()
    {
        using var place = new BatchPlace().WithImages(12);
        var command = place.Command("--shards", "3");
        command.Environment[Shard.IndexVariable] = "1";
        using var process = Process.Start(command)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        Assert.StartsWith("explain: shard 1 of 3: ", error);
        string[] expected =
        [
            .. Enumerable
                .Range(0, 12)
                .Select(i => $"{(i % 2 == 0 ? "a" : "b")}/{i:0000}.png")
                .Where(new Shard(1, 3).Holds)
                .Order(StringComparer.Ordinal),
        ];
        Assert.NotEmpty(expected);
        Assert.Equal(expected, (await place.RowsAsync()).Select(r => r.Item).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AnotherNumberOfShardsDoesWhatIsLeft()
    {
        using var place = new BatchPlace().WithImages(20);
        place.Files.Write([1, 2, 3], "in", "broken.png");
        for (var i = 0; i < 2; i++)
            await place.RunAsync("--shard", $"{i}/3");
        var before = await place.RowsAsync();
        var rest = await place.RunAsync();

        Assert.InRange(before.Length, 1, 20);
        Assert.Equal(1, rest.Code);
        var rows = await place.RowsAsync();
        Assert.Equal(21, rows.Length);
        Assert.Equal(21, rows.Select(r => r.Key).Distinct().Count());
        Assert.Equal("broken.png", Assert.Single(rows, r => r.Status == "failed").Item);
        Assert.Contains(
            "\"shards\": 1",
            await File.ReadAllTextAsync(place.Files.Path("out", "batch.json"), TestContext.Current.CancellationToken)
        );
    }
}
