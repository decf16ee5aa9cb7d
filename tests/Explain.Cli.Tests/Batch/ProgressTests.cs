using Explain.Cli.Batch;
using Explain.Cli.Batch.Items;
using Explain.Cli.Batch.Rows;

namespace Explain.Cli.Tests.Batch;

public sealed class ProgressTests
{
    private static readonly ItemOutcome Fine = new(new BatchItem("a.png"), [], null);
    private static readonly ItemOutcome Broken = new(new BatchItem("b.png"), [], "is broken");

    [Fact]
    public async Task ElsewhereThanOnATerminalALineNowAndThenSaysHowFarItIs()
    {
        using var text = new StringWriter();
        var error = TextWriter.Synchronized(text);
        // The wrapper's methods hold its lock.
        string[] Written()
        {
            lock (error) return Lines(text);
        }
        var progress = new BatchProgress(new Shell(TextWriter.Null, error, false, false), 10, TimeSpan.FromMilliseconds(1));
        await progress.WatchAsync(async () =>
        {
            progress.Report(Fine);
            progress.Report(Broken);
            for (var tries = 0; tries < 10_000 && Written().Length < 2; tries++) await Task.Delay(1, TestContext.Current.CancellationToken);
        });

        Assert.Equal("explain: b.png: is broken", Written()[0]);
        Assert.Matches("^explain: 2 of 10 pictures, 1 failed, [0-9.]+/s, [0-9]+ s left$", Written()[1]);
    }

    [Fact]
    public async Task OnATerminalABarSaysSoAndFailuresStandAboveIt()
    {
        using var place = new BatchPlace().WithPictures(3);
        place.Files.Write([1, 2, 3], "in", "broken.png");
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(place.Arguments(), new Shell(TextWriter.Null, error, false, true), TestContext.Current.CancellationToken);

        Assert.Equal(1, code);
        var lines = Lines(error);
        Assert.Contains(lines, line => line.StartsWith("explain: broken.png: ", StringComparison.Ordinal));
        Assert.Contains("3 done, 1 failed, 0 done before; ", lines[^1]);
    }

    private static string[] Lines(TextWriter text) => text.ToString()!.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
