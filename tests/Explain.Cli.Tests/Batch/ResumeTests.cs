using System.Diagnostics;
using Explain.Cli.Batch;
using Explain.Engine.Images;

namespace Explain.Cli.Tests.Batch;

public sealed class ResumeTests
{
    [Fact]
    public async Task WhatIsDoneIsNotDoneAgain()
    {
        using var place = new BatchPlace().WithImages(6);
        var first = await place.RunAsync("--part", "4");
        var files = place
            .RowFiles()
            .Concat(place.Written().Select(f => place.Files.Path("out", f)))
            .ToDictionary(f => f, File.GetLastWriteTimeUtc);
        place.WithImages(8);
        var second = await place.RunAsync("--part", "4");

        Assert.Equal(0, first.Code);
        Assert.StartsWith("explain: 6 done, 0 failed, 0 done before; ", first.Error[^1]);
        Assert.Equal(0, second.Code);
        Assert.StartsWith("explain: 2 done, 0 failed, 6 done before; ", second.Error[^1]);
        Assert.All(files, f => Assert.Equal(f.Value, File.GetLastWriteTimeUtc(f.Key)));
        Assert.Equal(8, (await place.RowsAsync()).Select(r => r.Item).Distinct().Count());
        Assert.Empty(second.Out);
    }

    [Fact]
    public async Task AProcessThatIsKilledAgainAndAgainLeavesWholeFilesAndTheNextOneDoesTheRest()
    {
        const int Images = 800;
        using var place = new BatchPlace().WithImages(Images);
        for (var kill = 0; kill < 3; kill++)
        {
            var before = place.RowFiles().Length;
            using var process = place.Start("--part", "5");
            await UntilAsync(process, () => place.RowFiles().Length >= before + 3);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.Equal(128 + 9, process.ExitCode);
            var rows = await place.RowsAsync();
            Assert.InRange(rows.Length, 5 * (before + 3), Images - 1);
            await RequireConsistentAsync(place, rows);
        }
        var last = await place.RunAsync();

        Assert.Equal(0, last.Code);
        var all = await place.RowsAsync();
        await RequireConsistentAsync(place, all);
        Assert.Equal(Images, all.Length);
        Assert.Equal(all.Select(r => r.File).Order(StringComparer.Ordinal), place.Written());
        Assert.Empty(place.Unfinished());
    }

    [Fact]
    public async Task ToldToStopItFinishesWhatIsAtWorkAndSaysSoByItsExitCode()
    {
        const int Images = 800;
        using var place = new BatchPlace().WithImages(Images);
        using var process = place.Start("--part", "5");
        await UntilAsync(process, () => place.RowFiles().Length >= 2);
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(3, process.ExitCode);
        var rows = await place.RowsAsync();
        Assert.InRange(rows.Length, 10, Images - 1);
        Assert.Equal(rows.Select(r => r.File).Order(StringComparer.Ordinal), place.Written());
        Assert.Contains($"{rows.Length} done, 0 failed, 0 done before, {Images - rows.Length} left to do", error);
        Assert.Empty(place.Unfinished());
    }

    [Fact]
    public async Task WhatAKilledProcessLeftUnfinishedIsClearedAway()
    {
        using var place = new BatchPlace().WithImages(2);
        await place.RunAsync();
        place.Files.Write([1], "out", ".batch", "0-of-1.unfinished", "half");
        place.Files.Write([1], "out", ".batch", "1-of-2.unfinished", "of another shard");

        Assert.Equal(0, (await place.RunAsync()).Code);
        Assert.Equal("1-of-2.unfinished", Path.GetFileName(place.Unfinished()[0]));
        Assert.Equal(0, (await place.RunAsync("--shard", "0/2")).Code);
        Assert.Empty(place.Unfinished());
    }

    [Fact]
    public async Task ADamagedRowFileIsNamed()
    {
        using var place = new BatchPlace().WithImages(2);
        await place.RunAsync();
        var file = Assert.Single(place.RowFiles());
        await File.WriteAllBytesAsync(
            file,
            (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken))[..100],
            TestContext.Current.CancellationToken
        );
        var run = await place.RunAsync();

        Assert.Equal(2, run.Code);
        Assert.Contains(file, Assert.Single(run.Error));
    }

    private static async Task UntilAsync(Process process, Func<bool> reached)
    {
        while (!reached())
        {
            Assert.False(process.HasExited, "the process came to its end before it could be stopped");
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    // Every item once, and every image that a row names is there and whole.
    private static async Task RequireConsistentAsync(BatchPlace place, BatchRow[] rows)
    {
        Assert.Equal(rows.Length, rows.Select(r => r.Item).Distinct().Count());
        Assert.Empty(rows.Select(r => r.File!).Except(place.Written()));
        foreach (var image in place.Written())
        {
            Assert.Equal(
                16,
                new VipsImageCodec()
                    .Decode(await File.ReadAllBytesAsync(place.Files.Path("out", image), TestContext.Current.CancellationToken), 1000)
                    .Width
            );
        }
    }
}
