using System.Diagnostics;
using Explain.Cli.Jobs;
using Explain.Cli.Terminal;

namespace Explain.Cli.Tests.Batch;

public sealed class ProgressTests
{
    [Fact]
    public async Task ElsewhereThanOnATerminalALineNowAndThenSaysHowFarItIs()
    {
        using var text = new StringWriter();
        var error = TextWriter.Synchronized(text);
        // The wrapper's methods hold its lock.
        string[] Written()
        {
            lock (error)
                return Lines(text);
        }
        var progress = new JobProgress(new Shell(TextWriter.Null, error, false, false), 10, TimeSpan.FromMilliseconds(1));
        await progress.WatchAsync(async () =>
        {
            progress.Report("a.png", null);
            progress.Report("b.png", "is broken");
            for (var tries = 0; tries < 10_000 && Written().Length < 2; tries++)
                await Task.Delay(1, TestContext.Current.CancellationToken);
        });

        Assert.Equal("explain: b.png: is broken", Written()[0]);
        Assert.Matches("^explain: 2 of 10 images, 1 failed, [0-9.]+/s, [0-9]+ s left$", Written()[1]);
    }

    [Fact]
    public async Task OnATerminalABarSaysSoAndFailuresStandAboveIt()
    {
        const string Terminal = "/usr/bin/script";
        if (!File.Exists(Terminal))
            Assert.Skip("needs script, of Debian's bsdutils, to give the command a terminal");
        using var place = new BatchPlace().WithImages(60);
        place.Files.Write([1, 2, 3], "in", "broken.png");
        var command = string.Join(
            ' ',
            new[] { "dotnet", Path.Combine(AppContext.BaseDirectory, "explain.dll") }.Concat(place.Arguments()).Select(a => $"'{a}'")
        );
        using var process = Process.Start(
            new ProcessStartInfo(Terminal, ["-qec", command, "/dev/null"])
            {
                RedirectStandardOutput = true,
                RedirectStandardInput = true,
                Environment = { ["TERM"] = "xterm", ["COLUMNS"] = "200" },
            }
        )!;
        var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, process.ExitCode);
        Assert.Contains('━', text);
        Assert.Matches("[0-9]+%", text);
        Assert.Contains(" of 61 images", text, StringComparison.Ordinal);
        Assert.Contains("broken.png: ", text, StringComparison.Ordinal);
        Assert.Contains("60 done, 1 failed, 0 done before; ", text, StringComparison.Ordinal);
    }

    private static string[] Lines(TextWriter text) =>
        text.ToString()!.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
