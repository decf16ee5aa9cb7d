using System.Text.Json;
using Explain.Testing;

namespace Explain.Cli.Tests;

/// <summary>Targets that are no classes, and inputs beside the image, on the command line.</summary>
public sealed class OutputTargetTests
{
    private const string Answer = """{"question":{"shape":[1,5],"data":[0.5,-1,0.25,1,0]}}""";

    [Fact]
    public async Task ARegionIsNamedWithItsValue()
    {
        using var place = new Workplace();
        var model = place.Write(TinyNets.Segmentation().ToBytes(), "seg.onnx");

        var run = await Cli.RunAsync(
            "image",
            place.RedAndBlue("in.png"),
            "--model",
            model,
            "--target",
            """{"output":"logits","index":[1],"region":{"mask":[[1,0]]}}""",
            "--out",
            place.Path("out.png")
        );

        Assert.Equal(0, run.Code);
        Assert.Contains("\tlogits[1] mask region\t", Assert.Single(run.Out), StringComparison.Ordinal);
        Assert.True(File.Exists(place.Path("out.png")));
    }

    [Fact]
    public async Task AnInputFromAFileIsTheSameAsInJson()
    {
        using var place = new Workplace();
        var (model, image) = (place.Write(TinyNets.Vqa().ToBytes(), "vqa.onnx"), place.RedAndBlue("in.png"));
        var question = place.Write(NpyFile([1, 5], [0.5f, -1, 0.25f, 1, 0]), "q.npy");

        var file = await Cli.RunAsync("image", image, "--model", model, "--input", $"question={question}", "--format", "json");
        var json = await Cli.RunAsync("image", image, "--model", model, "--inputs", Answer, "--format", "json");

        Assert.Equal((0, 0), (file.Code, json.Code));
        Assert.Equal(Explanations(json), Explanations(file));
    }

    [Theory]
    [InlineData("--target", "0", "--inputs: the model needs 'question' FP32 [-1, 5] beside the image")]
    [InlineData("--input", "question=nothing.npy", "--input file 'nothing.npy' cannot be read")]
    [InlineData("--input", "question", "--input 'question' is not of the form NAME=FILE.npy")]
    [InlineData("--inputs", "5", "--inputs: is no object")]
    [InlineData("--target", "{\"output\":\"score\"}", "--target: 'score' is no output that can be explained; did you mean 'scores'?")]
    public async Task AWrongInputOrTargetIsNamed(string option, string value, string message)
    {
        using var place = new Workplace();
        var model = place.Write(TinyNets.Vqa().ToBytes(), "vqa.onnx");
        string[] question = option == "--target" && value != "0" ? ["--inputs", Answer] : [];

        var run = await Cli.RunAsync(["image", place.RedAndBlue("in.png"), "--model", model, option, value, .. question]);

        Assert.Equal(2, run.Code);
        Assert.Contains(message, Assert.Single(run.Error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileThatIsNoArrayAndAnInputTwiceAreNamed()
    {
        using var place = new Workplace();
        var (model, image) = (place.Write(TinyNets.Vqa().ToBytes(), "vqa.onnx"), place.RedAndBlue("in.png"));
        var question = place.Write(NpyFile([1, 5], new float[5]), "q.npy");

        var picked = await Cli.RunAsync("image", image, "--model", model, "--input", $"question={image}");
        var twice = await Cli.RunAsync(
            "image",
            image,
            "--model",
            model,
            "--input",
            $"question={question}",
            "--input",
            $"question={question}"
        );

        Assert.Contains("is no NumPy array file", Assert.Single(picked.Error), StringComparison.Ordinal);
        Assert.Contains("--input 'question' is given twice", Assert.Single(twice.Error), StringComparison.Ordinal);
        Assert.Equal((2, 2), (picked.Code, twice.Code));
    }

    [Fact]
    public async Task AModelWithoutClassesIsInspectedAndSaysHowToAsk()
    {
        using var place = new Workplace();
        var model = place.Write(TinyNets.Segmentation().ToBytes(), "seg.onnx");

        var inspected = await Cli.RunAsync("inspect", model);
        var asked = await Cli.RunAsync("image", place.RedAndBlue("in.png"), "--model", model);

        Assert.Contains("classes     none: the output is a map", inspected.Out);
        Assert.Contains(inspected.Out, line =>
            line.StartsWith("target      logits (map):", StringComparison.Ordinal)
            && line.Contains("\"region\":\"predicted\"", StringComparison.Ordinal)
        );
        Assert.Equal(2, asked.Code);
        Assert.Contains(
            "has no class scores; it has 'logits' (map [3, 12, 16]). Give target as",
            Assert.Single(asked.Error),
            StringComparison.Ordinal
        );
    }

    private static string Explanations(Cli run) =>
        JsonDocument.Parse(Assert.Single(run.Out)).RootElement.GetProperty("explanations").ToString();

    private static byte[] NpyFile(int[] shape, float[] values)
    {
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(", ", shape)}), }}\n";
        return
        [
            0x93,
            .. "NUMPY"u8,
            1,
            0,
            (byte)header.Length,
            0,
            .. System.Text.Encoding.ASCII.GetBytes(header),
            .. values.SelectMany(BitConverter.GetBytes),
        ];
    }
}
