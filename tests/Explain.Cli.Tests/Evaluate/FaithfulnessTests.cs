using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Explain.Cli.Evaluate;
using Explain.Cli.Jobs.Rows;
using Explain.Engine.Measures;
using Explain.Testing;

namespace Explain.Cli.Tests.Evaluate;

/// <summary><c>explain evaluate faithfulness</c> on tiny pictures.</summary>
public sealed class FaithfulnessTests : IDisposable
{
    private static readonly string[] Measures = [.. MeasureTable.Facts.Select(m => m.Name)];

    private readonly Workplace _files = new();

    [Theory]
    [InlineData("gradcam", "none")]
    [InlineData("saliency", "none")]
    [InlineData("gradcam", "pytorch-grad-cam")]
    public async Task EveryFigureOfOnePictureIsThatOfItsOwnAnswer(string method, string compat)
    {
        var picture = _files.RedAndBlue("in", "a.png");
        string[] asked = ["--model", _files.Colours, "--target", "red", "--compat", compat, "--seed", "3"];
        string[] json = ["--include", "faithfulness", "--format", "json"];
        var answer = await Cli.RunAsync(["image", picture, "--method", method, .. json, .. asked]);
        var run = await RunAsync([.. asked, "--methods", method]);

        Assert.Equal((0, 0), (answer.Code, run.Code));
        var single = JsonNode.Parse(string.Concat(answer.Out))!["explanations"]![0]!["faithfulness"]!;
        var line = Line(method);
        Assert.All(Measures, name => Assert.Equal(Number(single[name]), Number(line["figures"]![name]?["value"]), 1e-12));
        Assert.Equal(0.5, Number(line["figures"]!["sparseness"]!["value"]), 0.5);
    }

    [Fact]
    public async Task ACompatibleDropIsADifferenceAndNotAShare()
    {
        _files.RedAndBlue("in", "a.png");
        var shares = await DropAsync("none");
        var differences = await DropAsync("pytorch-grad-cam");

        // The score is a probability below 1.
        Assert.InRange(differences, 1e-6, shares * 0.99);
    }

    [Fact]
    public async Task TheTargetsOfAManifestAreMeasured()
    {
        _files.RedAndBlue("in", "a.png");
        _files.Write("path,target\nin/a.png,red\nin/a.png,blue\n"u8.ToArray(), "list.csv");
        var run = await RunAsync(["--model", _files.Colours], "list.csv");

        Assert.Equal(0, run.Code);
        Assert.Equal(["blue", "red"], (await RowsAsync()).Select(r => r.Target!).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(2, Line("gradcam")["maps"]!.GetValue<int>());
    }

    [Fact]
    public async Task ThePriceIsThatOfAllPicturesWithTheirBaselines()
    {
        _files.RedAndBlue("in", "a.png");
        _files.RedAndBlue("in", "b.png");
        var run = await RunAsync(["--model", _files.Colours, "--target", "red"]);

        // The image; a gradient, which counts twice; pictures of each map, and the eleven explanations of others.
        const int Pictures = 104;
        const int One = 1 + 2 + 11 * (1 + 2) + 3 * Pictures;
        Assert.Equal($"explain: colours: 2 pictures; in all as much work as {2 * One} forward passes, at most", run.Error[0]);
    }

    [Fact]
    public async Task MapsThatKnowNothingStandBesideTheOthersWithoutWhatOnlyAMethodHas()
    {
        _files.RedAndBlue("in", "a.png");
        await RunAsync(["--model", _files.Colours, "--methods", "gradcam,saliency"]);
        var rows = (await RowsAsync()).ToDictionary(r => r.Method!);

        Assert.Equal(["gradcam", "saliency", "centre", "random"], rows.Keys);
        string[] ofMethods = ["coherency", "adcc", "arcc", "sensitivity"];
        Assert.All(["centre", "random"], name =>
        {
            Assert.Null(rows[name].Layer);
            Assert.Equal(Measures.Except(ofMethods), rows[name].Measures.Keys);
        });
        Assert.Equal(Measures, rows["gradcam"].Measures.Keys);
        Assert.True(rows["gradcam"].Measures["deletion"] < rows["random"].Measures["deletion"]);
    }

    [Fact]
    public async Task WhatIsDoneIsNotDoneAgainAndWhatIsNewIsMeasuredWithIt()
    {
        _files.RedAndBlue("in", "a.png");
        string[] asked = ["--model", _files.Colours, "--methods", "gradcam,saliency"];
        var first = await RunAsync(asked);
        string[] names = ["faithfulness.csv", "faithfulness.json", "report.html"];
        var files = names.ToDictionary(n => n, Read);
        var again = await RunAsync(asked);
        var same = names.ToDictionary(n => n, Read);
        _files.Write([1, 2, 3], "in", "b.png");
        _files.RedAndBlue("in", "c.png");
        var more = await RunAsync(asked);

        Assert.Equal((0, 0, 1), (first.Code, again.Code, more.Code));
        Assert.StartsWith("explain: 0 done, 0 failed, 1 done before", again.Error[^1]);
        Assert.StartsWith("explain: 1 done, 1 failed, 1 done before", more.Error[^1]);
        Assert.Equal(first.Out, again.Out);
        Assert.Equal(files, same);
        Assert.Equal(2, Line("gradcam")["maps"]!.GetValue<int>());
        Assert.Contains("2 of in, and 1 that could not be measured", Read("report.html"));
    }

    [Fact]
    public async Task TheTableTheCsvAndThePageSayTheSame()
    {
        _files.RedAndBlue("in", "a.png");
        _files.RedAndBlue("in", "b.png");
        var other = TinyModels.Colours(_files.Path("other"));
        var run = await RunAsync(["--model", _files.Colours, "--model", other, "--methods", "gradcam"]);

        string[] ways = ["colours: gradcam", "colours: centre", "colours: random", "other: gradcam", "other: centre", "other: random"];
        Assert.Equal(["measure", "better", .. ways], Cells(run.Out[1]));
        Assert.Equal(Measures, run.Out[2..^1].Select(line => Cells(line)[0]));
        Assert.Equal(["lower", "higher", "lower", "higher"], run.Out[2..6].Select(line => Cells(line)[1]));
        var csv = Read("faithfulness.csv").Trim().Split('\n').Select(line => line.Trim().Split(',')).ToArray();
        Assert.Equal(["model", "method", "layer", "maps", .. Measures.SelectMany(m => new[] { m, $"{m}-low", $"{m}-high" })], csv[0]);
        Assert.Equal(ways, csv[1..].Select(cells => $"{cells[0]}: {cells[1]}"));
        Assert.All(csv[1..], cells => Assert.Equal("2", cells[3]));
        var deletion = double.Parse(csv[1][4], CultureInfo.InvariantCulture).ToString("0.000", CultureInfo.InvariantCulture);
        Assert.Equal($"{deletion} [0]", Cells(run.Out[2])[2]);
        var page = Read("report.html");
        ReportTests.RequireAlone(page);
        Assert.All(Measures, name => Assert.Contains($"<dt>{name}</dt>", page));
        Assert.Contains($"{deletion}<", page);
        Assert.All(ways, way => Assert.Contains($"<bdi>{way}</bdi></th>", page));
    }

    [Theory]
    [InlineData("--methods: 'gradcamm' is not allowed", "--methods", "gradcamm")]
    [InlineData("--compat: 'pytorch-grad-cam' is not allowed with saliency", "--methods", "saliency", "--compat", "pytorch-grad-cam")]
    [InlineData("'nowhere' is not a feature map", "--layers", "nowhere")]
    [InlineData("no single label matches 'purple'", "--target", "purple")]
    public async Task AWrongQuestionIsRefusedBeforeAnythingIsDone(string message, params string[] asked)
    {
        _files.RedAndBlue("in", "a.png");
        var run = await RunAsync(["--model", _files.Colours, .. asked]);

        Assert.Equal(2, run.Code);
        Assert.Contains(run.Error, line => line.Contains(message, StringComparison.Ordinal));
        Assert.False(Directory.Exists(_files.Path("out")));
    }

    [Fact]
    public async Task AFolderWithoutPicturesIsRefused()
    {
        Directory.CreateDirectory(_files.Path("in"));
        var run = await RunAsync(["--model", _files.Colours]);

        Assert.Equal(2, run.Code);
        Assert.Contains("has no images; their names end in .jpg", Assert.Single(run.Error));
    }

    [Fact]
    public async Task AModelWithoutClassesIsToldWhatItCanBeAsked()
    {
        _files.RedAndBlue("in", "a.png");
        var run = await RunAsync(["--model", _files.Write(TinyNets.Segmentation().ToBytes(), "seg.onnx")]);

        Assert.Equal(2, run.Code);
        Assert.Contains("model 'seg' has no class scores", Assert.Single(run.Error));
    }

    [Fact]
    public async Task TwoModelsOfOneNameAreRefused()
    {
        _files.RedAndBlue("in", "a.png");
        var run = await RunAsync(["--model", _files.Colours, "--model", _files.Colours]);

        Assert.Equal(2, run.Code);
        Assert.Contains("two models are called 'colours'", Assert.Single(run.Error));
    }

    public void Dispose() => _files.Dispose();

    private Task<Cli> RunAsync(string[] more, string input = "in", string output = "out") =>
        Cli.RunAsync(["evaluate", "faithfulness", _files.Path(input), "--out", _files.Path(output), .. more]);

    private async Task<double> DropAsync(string compat)
    {
        await RunAsync(["--model", _files.Colours, "--target", "blue", "--compat", compat], output: compat);
        return Number(Line("random", compat)["figures"]!["drop"]!["value"]);
    }

    private JsonNode Line(string method, string folder = "out") =>
        JsonNode
            .Parse(File.ReadAllText(_files.Path(folder, "faithfulness.json")))!
            .AsArray()
            .Single(line => line!["method"]!.GetValue<string>() == method)!;

    private string Read(string name) => File.ReadAllText(_files.Path("out", name));

    private async Task<IReadOnlyList<FaithfulnessRow>> RowsAsync() =>
        await RowFile.ReadAllAsync<FaithfulnessRow>(
            Directory.GetFiles(_files.Path("out", "rows"), "part-*"),
            TestContext.Current.CancellationToken
        );

    private static double Number(JsonNode? value) =>
        value?.GetValueKind() switch
        {
            JsonValueKind.Number => value.GetValue<double>(),
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            _ => double.NaN,
        };

    private static string[] Cells(string line) => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
