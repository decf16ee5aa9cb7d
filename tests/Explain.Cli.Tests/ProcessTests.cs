using System.Diagnostics;

namespace Explain.Cli.Tests;

public sealed class ProcessTests
{
    [Fact]
    public async Task WithoutOutTheAnswerLiesInTheWorkingDirectory()
    {
        using var place = new Workplace();
        var input = place.RedAndBlue("images", "half.png");
        var (code, output, error) = await StartAsync(
            Directory.CreateDirectory(place.Path("here")).FullName,
            "image",
            input,
            "--model",
            place.Colours,
            "--method",
            "hirescam"
        );

        Assert.Equal("", error);
        Assert.Equal(0, code);
        Assert.EndsWith("\thalf.hirescam.png", output.TrimEnd());
        Assert.True(File.Exists(place.Path("here", "half.hirescam.png")));
    }

    [Fact]
    public async Task AFailureIsOneLineWithoutAStackTrace()
    {
        using var place = new Workplace();
        var (code, output, error) = await StartAsync(place.Path(), "inspect", place.Write([8, 1, 255, 255, 3], "cut.onnx"));

        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.StartsWith("explain: model ", Assert.Single(error.TrimEnd().Split('\n')));
    }

    private static async Task<(int Code, string Out, string Error)> StartAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "explain.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
