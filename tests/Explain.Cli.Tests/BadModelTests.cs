namespace Explain.Cli.Tests;

public sealed class BadModelTests
{
    [Fact]
    public async Task AFileThatIsNoOnnxIsOneLine()
    {
        using var place = new Workplace();
        await RefusesAsync(place.Write("this is no ONNX file"u8.ToArray(), "text.onnx"), "is not an ONNX model", place);
        await RefusesAsync(place.Write([], "empty.onnx"), "holds no ONNX graph", place);
    }

    [Fact]
    public async Task AMissingModelIsOneLine()
    {
        using var place = new Workplace();
        await RefusesAsync(place.Path("none.onnx"), "there is no model", place);
    }

    [Fact]
    public async Task AFolderWithoutModelIsOneLineThatNamesWhatMayBeMeant()
    {
        using var place = new Workplace();
        await RefusesAsync(Directory.CreateDirectory(place.Path("empty")).FullName, "has no model.onnx", place);
        Assert.NotEmpty(place.Colours);
        await RefusesAsync(place.Path("."), "did you mean", place);
    }

    [Fact]
    public async Task AModelWithoutImageIsOneLineThatSaysWhatIsMissing()
    {
        using var place = new Workplace();
        await RefusesAsync(TinyModels.Vector(place.Path("vector.onnx")), "no input is a tensor of numbers with four axes", place);
    }

    [Fact]
    public async Task AMissingGradientIsOneLineWithOperatorNodeAndWhatStillWorks()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync(
            "image",
            place.RedAndBlue("in.png"),
            place.RedAndBlue("b.png"),
            "--model",
            place.WithoutRule,
            "--out",
            place.Path("maps")
        );

        Assert.Equal(2, run.Code);
        var line = Assert.Single(run.Error);
        Assert.Contains("no gradient rule for ai.onnx.ml.Binarizer (node 'ai.onnx.ml.Binarizer_extra')", line);
        Assert.Contains("scorecam, sscam", line);
    }

    private static async Task RefusesAsync(string model, string message, Workplace place)
    {
        foreach (
            var run in new[]
            {
                await Cli.RunAsync("inspect", model),
                await Cli.RunAsync("image", place.RedAndBlue("in.png"), "--model", model),
                await Cli.RunAsync("evaluate", "localization", "--demo", "--model", model, "--out", place.Path("out")),
            }
        )
        {
            Assert.Equal(2, run.Code);
            Assert.Contains(message, Assert.Single(run.Error));
            Assert.Empty(run.Out);
        }
    }
}
