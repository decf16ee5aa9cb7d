using System.Text.Json.Nodes;
using Explain.Cli.Jobs.Output;
using Explain.Demo;
using Explain.Testing;

namespace Explain.Cli.Tests.Batch;

public sealed class BatchTests
{
    [Fact]
    public async Task ARowSaysWhatIsKnownOfOneTarget()
    {
        using var place = new BatchPlace().WithImages(1);
        var run = await place.RunAsync("--target", "red,blue", "--threshold", "0.5");

        Assert.Equal(0, run.Code);
        var rows = await place.RowsAsync();
        Assert.Equal(["red", "blue"], rows.Select(r => r.Target));
        Assert.All(rows, row =>
        {
            Assert.Equal(
                ("a/0000.png", "done", null, "colours", "gradcam", "features", "logit"),
                (row.Item, row.Status, row.Error, row.Model, row.Method, row.Layer, row.Score)
            );
            Assert.Equal((64, 16, 16, 8, 8), (row.ModelSha256.Length, row.Width, row.Height, row.MapWidth, row.MapHeight));
            Assert.Equal("explained/a/0000.png.gradcam.png", row.File);
            Assert.Equal(row.TargetLabel, row.Target);
            Assert.InRange(row.TargetProbability!.Value, 0.3, 0.5);
            Assert.Equal(250 / 255.0 / 2, row.TargetLogit!.Value, 1e-2);
            Assert.True(row.RunMs > 0 && row.RenderMs > 0);
        });
        Assert.Equal([0, 8], rows.Select(r => Assert.Single(r.Boxes!).X));
        Assert.Single(rows.Select(r => r.PredictedLabel).Distinct());
        Assert.Equal("target-not-predicted", Assert.Single(rows.SelectMany(r => r.Diagnostics!)).Code);
    }

    [Theory]
    [InlineData("png"), InlineData("npy"), InlineData("json")]
    public async Task FilesAreThoseOfExplainImage(string format)
    {
        using var place = new Workplace();
        foreach (var sample in DemoAssets.Samples)
        {
            using var content = new MemoryStream();
            using (var stream = DemoAssets.Open("samples/" + sample.File)!)
                await stream.CopyToAsync(content, TestContext.Current.CancellationToken);
            place.Write(content.ToArray(), "in", sample.File);
        }
        string[] how = ["--method", "layercam", "--target", "top:2", "--format", format];
        var batch = await Cli.RunAsync(["batch", place.Path("in"), "--out", place.Path("out"), "--workers", "4", .. how]);
        var image = await Cli.RunAsync([
            "image",
            .. DemoAssets.Samples.Select(s => place.Path("in", s.File)),
            "--out",
            place.Path("single"),
            .. how,
        ]);

        Assert.Equal((0, 0), (batch.Code, image.Code));
        foreach (var sample in DemoAssets.Samples)
        {
            var one = await File.ReadAllBytesAsync(
                place.Path("single", $"{Path.GetFileNameWithoutExtension(sample.File)}.layercam.{format}"),
                TestContext.Current.CancellationToken
            );
            var many = await File.ReadAllBytesAsync(
                place.Path("out", "explained", $"{sample.File}.layercam.{format}"),
                TestContext.Current.CancellationToken
            );
            if (format == "json")
                Assert.True(JsonNode.DeepEquals(WithoutTimings(one), WithoutTimings(many)));
            else
                Assert.Equal(one, many);
        }
    }

    [Fact]
    public async Task RowsAloneAreAnOutputToo()
    {
        using var place = new BatchPlace().WithImages(2);
        var run = await place.RunAsync("--format", "none");

        Assert.Equal(0, run.Code);
        Assert.False(Directory.Exists(place.Files.Path("out", "explained")));
        Assert.All(await place.RowsAsync(), row => Assert.Equal(("done", null), (row.Status, row.File)));
    }

    [Fact]
    public async Task AManifestGivesItemsTargetsAndIds()
    {
        using var place = new BatchPlace().WithImages(1);
        place.Files.Write("path,id,target\na/0000.png,x,red\na/0000.png,y,blue\na/0000.png,z,\n"u8.ToArray(), "in", "list.csv");
        var run = await Cli.RunAsync(
            "batch",
            place.Files.Path("in", "list.csv"),
            "--model",
            place.Model,
            "--out",
            place.Output,
            "--target",
            "green"
        );

        Assert.Equal(0, run.Code);
        Assert.Equal(
            ["x red", "y blue", "z green"],
            (await place.RowsAsync()).Select(r => $"{r.Id} {r.Target}").Order(StringComparer.Ordinal)
        );
        Assert.Equal(3, place.Written().Length);
    }

    [Fact]
    public async Task FailuresAreNamedRecordedAndTriedAgain()
    {
        using var place = new BatchPlace().WithImages(2);
        place.Files.Write([1, 2, 3], "in", "broken.png");
        place.Files.Write("path,target\na/0000.png,\nb/0001.png,purple\nbroken.png,\ngone.png,\n"u8.ToArray(), "in", "list.csv");
        string[] command = ["batch", place.Files.Path("in", "list.csv"), "--model", place.Model, "--out", place.Output];
        var first = await Cli.RunAsync(command);
        var failed = (await place.RowsAsync()).Where(r => r.Status == "failed").ToDictionary(r => r.Item, r => r.Error!);
        place.Files.RedAndBlue("in", "gone.png");
        var second = await Cli.RunAsync(command);
        var after = await place.RowsAsync();
        place.Files.RedAndBlue("in", "broken.png");
        place.Files.Write("path\na/0000.png\nbroken.png\ngone.png\n"u8.ToArray(), "in", "list.csv");
        var third = await Cli.RunAsync(command);

        Assert.Equal((1, 1, 0), (first.Code, second.Code, third.Code));
        Assert.Equal(["b/0001.png", "broken.png", "gone.png"], failed.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("no single label matches 'purple'", failed["b/0001.png"]);
        Assert.Equal("there is no such file", failed["gone.png"]);
        Assert.All(failed, f => Assert.Contains($"explain: {f.Key}: {f.Value}", first.Error));
        Assert.StartsWith("explain: 1 done, 3 failed, 0 done before; ", first.Error[^1]);
        Assert.StartsWith("explain: 1 done, 2 failed, 1 done before; ", second.Error[^1]);
        Assert.Equal(
            ["a/0000.png done", "b/0001.png failed", "broken.png failed", "gone.png done"],
            after.Select(r => $"{r.Item} {r.Status}").Order(StringComparer.Ordinal)
        );
        Assert.StartsWith("explain: 1 done, 0 failed, 2 done before; ", third.Error[^1]);
    }

    [Fact]
    public async Task AnItemThatFailedBeforeIsInNoFileWhileItsNewRowsAreNotWritten()
    {
        using var place = new BatchPlace();
        place.Files.Write([1, 2, 3], "in", "a.png");
        var first = await place.RunAsync();
        place.Files.RedAndBlue("in", "a.png");
        // Stands where the rows should go.
        Directory.CreateDirectory(place.Files.Path("out", "rows", "part-0-of-1-00001.parquet"));
        var second = await place.RunAsync();
        var between = await place.RowsAsync();
        Directory.Delete(place.Files.Path("out", "rows", "part-0-of-1-00001.parquet"));
        var third = await place.RunAsync();

        Assert.Equal((1, 3, 0), (first.Code, second.Code, third.Code));
        Assert.Empty(between);
        Assert.Equal("done", Assert.Single(await place.RowsAsync()).Status);
    }

    [Fact]
    public async Task AnInputBesideTheImageIsPartOfWhatTheJobIs()
    {
        using var place = new BatchPlace().WithImages(1);
        var model = place.Files.Write(TinyNets.Vqa().ToBytes(), "vqa.onnx");
        Task<Cli> Ask(params float[] question)
        {
            place.Files.Write(Npy.Bytes([1, question.Length], question), "q.npy");
            return Cli.RunAsync(
                "batch",
                place.Input,
                "--model",
                model,
                "--out",
                place.Output,
                "--input",
                $"question={place.Files.Path("q.npy")}"
            );
        }

        Assert.Equal(0, (await Ask(0.5f, -1, 0.25f, 1, 0)).Code);
        Assert.Equal(0, (await Ask(0.5f, -1, 0.25f, 1, 0)).Code);
        var other = await Ask(0.5f, -1, 0.25f, 1, 1);
        Assert.Equal(2, other.Code);
        Assert.Contains("inputs.question is ", Assert.Single(other.Error));
    }

    [Fact]
    public async Task AScalarThatIsNoClassHasItsValueInItsRow()
    {
        using var place = new BatchPlace().WithImages(1);
        var model = place.Files.Write(TinyNets.Segmentation().ToBytes(), "seg.onnx");
        var run = await Cli.RunAsync(
            "batch",
            place.Input,
            "--model",
            model,
            "--out",
            place.Output,
            "--target",
            """{"output":"logits","index":[1],"region":{"mask":[[1,0]]}}"""
        );

        Assert.Equal(0, run.Code);
        var row = Assert.Single(await place.RowsAsync());
        Assert.Equal(("logits[1] mask region", null, null), (row.Target, row.TargetIndex, row.PredictedIndex));
        Assert.NotNull(row.TargetValue);
    }

    [Theory]
    [InlineData("parameters.method is not set there and \"layercam\" here", "--method", "layercam")]
    [InlineData("parameters.target is not set there and \"red\" here", "--target", "red")]
    [InlineData("format is \"png\" there and \"npy\" here", "--format", "npy")]
    public async Task OtherParametersAreRefusedInTheSameFolder(string difference, params string[] options)
    {
        using var place = new BatchPlace().WithImages(1);
        await place.RunAsync();
        var other = await place.RunAsync(options);

        Assert.Equal(2, other.Code);
        Assert.Equal(
            $"explain: --out '{place.Output}' has the results of another job: {difference}; choose another folder",
            Assert.Single(other.Error)
        );
        Assert.Equal(0, (await place.RunAsync("--method", "gradcam", "--alpha", "0.5")).Code);
    }

    [Fact]
    public async Task AnotherModelAndAnotherSourceAreRefusedInTheSameFolder()
    {
        using var place = new BatchPlace().WithImages(1);
        await place.RunAsync();
        var model = await Cli.RunAsync(
            "batch",
            place.Input,
            "--model",
            place.Files.WithoutRule,
            "--method",
            "activationmap",
            "--out",
            place.Output
        );
        var source = await Cli.RunAsync("batch", place.Files.Path("in", "a"), "--model", place.Model, "--out", place.Output);

        Assert.Equal((2, 2), (model.Code, source.Code));
        Assert.Contains("model.name is \"colours\" there and \"norule\" here", Assert.Single(model.Error));
        Assert.Contains("source is ", Assert.Single(source.Error));
    }

    [Fact]
    public async Task AShardThatSomebodyWorksOnIsLeftToThem()
    {
        using var place = new BatchPlace().WithImages(1);
        await place.RunAsync();
        using var theirs = FileLock.Exclusive(place.Files.Path("out", ".batch", "0-of-1.lock"));
        var run = await place.RunAsync();

        Assert.Equal(3, run.Code);
        Assert.Equal($"explain: another process is at work on shard 0 of 1 in '{place.Output}'", Assert.Single(run.Error));
    }

    [Fact]
    public async Task ResultsThatCannotBeWrittenStopTheRun()
    {
        using var place = new BatchPlace().WithImages(3);
        await place.RunAsync("--format", "none", "--shard", "0/100000");
        place.Files.Write([1], "out", "rows");
        var run = await place.RunAsync("--format", "none", "--shard", "0/1");

        Assert.Equal(3, run.Code);
        Assert.Contains("cannot be written: ", run.Error[0]);
        Assert.StartsWith("explain: 0 done, 0 failed, 0 done before, 3 left to do; ", run.Error[^1]);
    }

    [Theory]
    [InlineData("batch needs INPUT", "batch", "--out", "o")]
    [InlineData("batch needs --out, a folder for the results", "batch", "{in}")]
    [InlineData("batch takes one INPUT, a folder or a manifest; 'b' is one more", "batch", "{in}", "b", "--out", "o")]
    [InlineData("--shard '3/3' is not allowed", "batch", "{in}", "--out", "{out}", "--shard", "3/3")]
    [InlineData(
        "--format: 'gif' is not allowed; allowed: png, jpeg, webp, json, npy or none",
        "batch",
        "{in}",
        "--out",
        "{out}",
        "--format",
        "gif"
    )]
    [InlineData(
        "--workers: '0' is not allowed; allowed: a whole number from 1 to 1024",
        "batch",
        "{in}",
        "--out",
        "{out}",
        "--workers",
        "0"
    )]
    [InlineData("there is no '{in}x': neither a folder nor a manifest has that name", "batch", "{in}x", "--out", "{out}")]
    [InlineData("method: 'nocam' is not allowed", "batch", "{in}", "--out", "{out}", "--method", "nocam")]
    [InlineData("no single label matches 'purple'", "batch", "{in}", "--out", "{out}", "--model", "{model}", "--target", "purple")]
    [InlineData("has files and no batch.json; choose an empty folder", "batch", "{in}", "--out", "{in}", "--model", "{model}")]
    public async Task WrongUseIsOneLineAndNothingIsDone(string message, params string[] arguments)
    {
        using var place = new BatchPlace().WithImages(1);
        string Filled(string text) =>
            text.Replace("{in}", place.Input, StringComparison.Ordinal)
                .Replace("{out}", place.Output, StringComparison.Ordinal)
                .Replace("{model}", place.Model, StringComparison.Ordinal);
        var run = await Cli.RunAsync([.. arguments.Select(Filled)]);

        Assert.Equal(2, run.Code);
        Assert.Contains(Filled(message), Assert.Single(run.Error));
        Assert.Empty(place.RowFiles());
    }

    private static JsonObject WithoutTimings(byte[] document)
    {
        var answer = JsonNode.Parse(document)!.AsObject();
        Assert.True(answer.Remove("timings"));
        return answer;
    }
}
