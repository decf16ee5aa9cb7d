namespace Explain.Cli.Tests;

public sealed class DeviceTests
{
    [Theory]
    [InlineData("image", "a.png")]
    [InlineData("inspect", "{model}")]
    [InlineData("evaluate", "localization", "--demo", "--out", "{out}")]
    public async Task CudaThatCannotBeHadIsRefusedWithOneLine(params string[] command)
    {
        using var place = new Workplace();
        string[] filled = [.. command.Select(c => c.Replace("{model}", place.Colours).Replace("{out}", place.Path("out")))];
        var run = await Cli.RunAsync([.. filled, "--device", "cuda"]);

        Assert.Equal(2, run.Code);
        Assert.Equal(
            "explain: --device cuda is not allowed; allowed: auto or cpu, as CUDA cannot be used here: this build has none; it takes "
                + "-p:OnnxRuntimeFlavor=Gpu",
            Assert.Single(run.Error)
        );
    }

    [Fact]
    public async Task AnotherDeviceIsNamedWithThoseThereAre()
    {
        var run = await Cli.RunAsync("image", "a.png", "--device", "tpu");

        Assert.Equal(2, run.Code);
        Assert.Contains("tpu", run.Error[0], StringComparison.Ordinal);
        Assert.Contains("'auto'", string.Join(' ', run.Error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheCpuIsWhatRunsHere()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync("inspect", place.Colours, "--device", "cpu");

        Assert.Equal(0, run.Code);
        Assert.Contains(run.Out, line =>
            line.StartsWith("provider", StringComparison.Ordinal) && line.EndsWith("cpu", StringComparison.Ordinal)
        );
    }
}
