using System.Text.Json;
using Explain.Demo;
using Explain.Engine.Images;
using Explain.Testing;

namespace Explain.Cli.Tests;

public sealed class ImageTests
{
    [Fact]
    public async Task AnImageIsWrittenAndNamedInOneLineWithItsTargetAndProbability()
    {
        using var place = new Workplace();
        var (input, output) = (place.RedAndBlue("in.png"), place.Path("out.png"));

        var run = await Cli.RunAsync("image", input, "--model", place.Colours, "--target", "blue", "--out", output);

        Assert.Equal(0, run.Code);
        Assert.Empty(run.Error);
        var fields = Assert.Single(run.Out).Split('\t');
        Assert.Equal([input, "blue", fields[2], output], fields);
        Assert.InRange(double.Parse(fields[2]), 0.3, 0.5);
        Assert.Equal((16, 16), Size(output));
    }

    [Fact]
    public async Task SeveralTargetsMakeOneLabelledGrid()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync(
            "image",
            place.RedAndBlue("in.png"),
            "--model",
            place.Colours,
            "--target",
            "red,blue",
            "--out",
            place.Path("grid.png")
        );

        Assert.Equal(0, run.Code);
        Assert.Contains("\tred; blue\t", Assert.Single(run.Out));
        Assert.True(Size(place.Path("grid.png")).Width > 2 * 16);
    }

    [Fact]
    public async Task SeveralMethodsMakeOneSheet()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync(
            "compare",
            place.RedAndBlue("in.png"),
            "--model",
            place.Colours,
            "--methods",
            "all",
            "--target",
            "red,blue",
            "--samples",
            "2",
            "--out",
            place.Path("sheet.png")
        );

        Assert.Equal(0, run.Code);
        Assert.Contains("\tred; blue\t", Assert.Single(run.Out));
        Assert.True(Size(place.Path("sheet.png")).Width > 2 * 16);
    }

    [Fact]
    public async Task JsonGoesToStandardOutputOneDocumentALine()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync(
            "image",
            place.RedAndBlue("a.png"),
            place.RedAndBlue("b.png"),
            "--model",
            place.Colours,
            "--target",
            "red",
            "--format",
            "json"
        );

        Assert.Equal(0, run.Code);
        Assert.Equal(2, run.Out.Length);
        using var document = JsonDocument.Parse(run.Out[0]);
        var explanation = document.RootElement.GetProperty("explanations")[0];
        Assert.Equal("red", explanation.GetProperty("target").GetProperty("label").GetString());
        var map = explanation.GetProperty("map");
        Assert.Equal([8, 8], map.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32()));
        var row = map.GetProperty("data").EnumerateArray().Take(8).Select(v => v.GetSingle()).ToArray();
        Assert.All(row[..4], v => Assert.True(v > 0));
        Assert.All(row[5..], v => Assert.Equal(0, v, 1e-6));
    }

    [Fact]
    public async Task AnEstimateNeedsNoImageAndWritesNone()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync("image", "--estimate", "--model", place.Colours, "--method", "rise", "--samples", "6");

        Assert.Equal(0, run.Code);
        Assert.Empty(run.Error);
        Assert.Equal(2, run.Out.Length);
        Assert.Equal(["method", "layer", "targets", "forward", "head", "backward", "milliseconds", "deadline"], Words(run.Out[0]));
        Assert.Equal(["rise", "1", "7", "0", "0"], [.. Words(run.Out[1]).Where((_, i) => i is 0 or (> 1 and < 6))]);
    }

    [Fact]
    public async Task APartialMapIsNamedOnStandardError()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync(
            "image",
            place.RedAndBlue("in.png"),
            "--model",
            place.Colours,
            "--target",
            "red",
            "--out",
            place.Path("out.png"),
            "--method",
            "rise",
            "--samples",
            "90000",
            "--deadline",
            "5"
        );

        Assert.Equal(0, run.Code);
        Assert.Matches("red: partial: Time was up after [0-9]+ of 90000 samples", Assert.Single(run.Error));
    }

    [Fact]
    public async Task PixelsAreExplainedWithHowWellTheirValuesAddUp()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync(
            "image",
            place.RedAndBlue("in.png"),
            "--model",
            place.Colours,
            "--target",
            "red",
            "--method",
            "integrated-gradients",
            "--format",
            "json"
        );

        Assert.Equal(0, run.Code);
        using var document = JsonDocument.Parse(run.Out[0]);
        var explanation = document.RootElement.GetProperty("explanations")[0];
        var map = explanation.GetProperty("map");
        Assert.Equal([8, 8], map.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32()));
        // The class is the mean of the red channel, and the left half of the image has 250 of 255 there.
        var row = map.GetProperty("data").EnumerateArray().Take(8).Select(v => v.GetSingle()).ToArray();
        Assert.All(row[..3], v => Assert.Equal(250 / 255.0 / 64, v, 1e-6));
        Assert.All(row[5..], v => Assert.Equal(0, v, 1e-6));
        Assert.Equal(
            explanation.GetProperty("completeness").GetProperty("expected").GetDouble(),
            map.GetProperty("data").EnumerateArray().Sum(v => v.GetDouble()),
            1e-4
        );
        Assert.InRange(explanation.GetProperty("completeness").GetProperty("error").GetDouble(), 0, 1e-5);
    }

    [Fact]
    public async Task ConventionsAndSmoothingAreOptions()
    {
        using var place = new Workplace();
        async Task<float[]> Map(params string[] options)
        {
            var run = await Cli.RunAsync([
                "image",
                place.RedAndBlue("in.png"),
                "--model",
                place.Colours,
                "--target",
                "red",
                "--format",
                "json",
                .. options,
            ]);
            Assert.Equal(0, run.Code);
            using var document = JsonDocument.Parse(run.Out[0]);
            return
            [
                .. document
                    .RootElement.GetProperty("explanations")[0]
                    .GetProperty("map")
                    .GetProperty("data")
                    .EnumerateArray()
                    .Select(v => v.GetSingle()),
            ];
        }

        // Red weighs 1/64 in every place, so torch-cam's sum of cubes over 64 places is 1/64³ for Grad-CAM++'s 1/2 and a little less.
        var (exact, torch) = (await Map("--method", "gradcam++"), await Map("--method", "gradcam++", "--compat", "torch-cam"));
        Assert.Equal(250 / 255.0 / 4096, torch[0], 1e-7);
        Assert.InRange(exact[0], 0.3, 0.5);
        // The left half of the image is red: both smoothings keep that.
        foreach (var smooth in (string[])["aug", "eigen"])
        {
            var map = await Map("--method", "layercam", "--smooth", smooth);
            Assert.True(map[0] > 0.1 * map.Max() && map[7] <= 1e-3, $"{smooth}: {map[0]} and {map[7]}");
        }
        Assert.Equal(
            2,
            (
                await Cli.RunAsync(
                    "image",
                    place.RedAndBlue("in.png"),
                    "--model",
                    place.Colours,
                    "--method",
                    "fem",
                    "--compat",
                    "torch-cam"
                )
            ).Code
        );
    }

    [Fact]
    public async Task NpyHoldsTheRawMapsOfAllTargets()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync(
            "image",
            place.RedAndBlue("in.png"),
            "--model",
            place.Colours,
            "--target",
            "red,blue",
            "--out",
            place.Path("maps.npy")
        );

        Assert.Equal(0, run.Code);
        var (shape, values) = Npy.Read(place.Path("maps.npy"));
        Assert.Equal([2, 8, 8], shape);
        Assert.True(values[0] > 0 && values[7] == 0 && values[64] == 0 && values[71] > 0);
    }

    [Fact]
    public async Task OneBadImageIsNamedAndTheOthersAreWritten()
    {
        using var place = new Workplace();
        var bad = place.Write("no image"u8.ToArray(), "bad.png");
        var run = await Cli.RunAsync(
            "image",
            place.RedAndBlue("a.png"),
            bad,
            place.Path("none.png"),
            place.RedAndBlue("b.png"),
            "--model",
            place.Colours,
            "--out",
            place.Path("maps")
        );

        Assert.Equal(1, run.Code);
        Assert.Equal(2, run.Out.Length);
        Assert.Equal(["a.gradcam.png", "b.gradcam.png"], Directory.GetFiles(place.Path("maps")).Select(Path.GetFileName).Order());
        Assert.StartsWith($"explain: {bad}: ", run.Error[0]);
        Assert.Equal($"explain: {place.Path("none.png")}: there is no such file", run.Error[1]);
        Assert.Equal("explain: 2 of 4 images failed", run.Error[2]);
    }

    [Fact]
    public async Task ImagesOfTheSameNameGetFilesOfTheirOwn()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync(
            "image",
            place.RedAndBlue("a", "x.png"),
            place.RedAndBlue("b", "x.png"),
            "--model",
            place.Colours,
            "--method",
            "cam",
            "--format",
            "webp",
            "--out",
            place.Path("maps")
        );

        Assert.Equal(0, run.Code);
        Assert.Equal(
            ["x-2.cam.webp", "x.cam.webp"],
            Directory.GetFiles(place.Path("maps")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task AMapOfZerosIsAWarningThatNamesTheImage()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync(
            "image",
            place.RedAndBlue("in.png"),
            "--model",
            place.Colours,
            "--target",
            "green",
            "--out",
            place.Path("out.png")
        );

        Assert.Equal(0, run.Code);
        Assert.Contains("in.png: warning: green: map-all-zero", Assert.Single(run.Error));
    }

    [Fact]
    public async Task WithoutAModelTheDemoModelAnswers()
    {
        using var place = new Workplace();
        using var image = new MemoryStream();
        var sample = DemoAssets.Samples[0];
        DemoAssets.Open($"samples/{sample.File}")!.CopyTo(image);
        var run = await Cli.RunAsync("image", place.Write(image.ToArray(), sample.File), "--out", place.Path("out.jpg"));

        Assert.Equal(0, run.Code);
        Assert.Contains(run.Out[0].Split('\t')[1], sample.Objects.Select(o => o.Kind));
        Assert.Equal((sample.Width, sample.Height), Size(place.Path("out.jpg")));
    }

    [Fact]
    public async Task ARealNetworkTellsTheDogFromTheCat()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        using var place = new Workplace();
        var run = await Cli.RunAsync(
            "image",
            SharedData.Path("images", "both.png"),
            "--model",
            SharedData.Path("models", "squeezenet1.1"),
            "--target",
            "bull mastiff,tiger cat",
            "--out",
            place.Path("out.json")
        );

        Assert.Equal(0, run.Code);
        using var document = JsonDocument.Parse(
            await File.ReadAllBytesAsync(place.Path("out.json"), TestContext.Current.CancellationToken)
        );
        var rows = document.RootElement.GetProperty("explanations").EnumerateArray().Select(e => PeakRow(e.GetProperty("map"))).ToArray();
        Assert.True(rows[0] < rows[1], $"the dog's head is above the cat, but the maxima are in rows {rows[0]} and {rows[1]}");
    }

    private static int PeakRow(JsonElement map)
    {
        var values = map.GetProperty("data").EnumerateArray().Select(v => v.GetSingle()).ToArray();
        return values.IndexOf(values.Max()) / map.GetProperty("shape")[1].GetInt32();
    }

    private static (int Width, int Height) Size(string file)
    {
        var image = new VipsImageCodec().Decode(File.ReadAllBytes(file), 1_000_000);
        return (image.Width, image.Height);
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
