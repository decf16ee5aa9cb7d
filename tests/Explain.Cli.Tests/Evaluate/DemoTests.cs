using Explain.Cli.Evaluate;
using Explain.Engine.Images;

namespace Explain.Cli.Tests.Evaluate;

public sealed class DemoTests(DemoRun run) : IClassFixture<DemoRun>
{
    [Fact]
    public void CamIsGradCamOnAHeadOfGlobalAveragePooling()
    {
        var (cam, gradcam) = (run.Lines["cam"].Figures, run.Lines["gradcam"].Figures);

        // What the positive part of the map decides. Boxes are drawn at 20 % and at 15 % of the maximum, as the papers have it.
        Assert.All(["pointing", "pointing-15", "difficult"], measure => Assert.Equal(gradcam[measure], cam[measure]));
        Assert.Equal(gradcam["energy"].Value, cam["energy"].Value, 6);
    }

    [Fact]
    public void MapsThatKnowNothingAreBehindGradCam()
    {
        var gradcam = run.Lines["gradcam"].Figures;
        Assert.InRange(gradcam["pointing"].Value, 0.9, 1);
        string[] measures = ["maxbox", "maxbox-v2", "pxap", "pointing", "pointing-15", "difficult", "energy", "seed-iou"];
        Assert.All(["centre", "random", "edges"], baseline =>
            Assert.All(measures, measure => Assert.InRange(run.Lines[baseline].Figures[measure].Value, 0, gradcam[measure].Value - 0.01))
        );
    }

    [Fact]
    public void ARandomMapFindsAnObjectAsOftenAsItIsLarge()
    {
        double[] shares =
        [
            .. new GeneratedScenes(DemoRun.Scenes, 2026, new VipsImageCodec())
                .Annotate()
                .SelectMany(picture => picture.Objects.Select(o => o.Mask!.Read(picture.Size!.Value.Width, picture.Size.Value.Height)))
                .Select(mask => mask.Count(inside => inside) / (double)mask.Length),
        ];
        var random = run.Lines["random"];

        Assert.Equal(shares.Length, random.Maps);
        Assert.All(["pointing", "energy"], measure =>
        {
            var range = random.Figures[measure].Range!.Value;
            Assert.InRange(shares.Average(), range.Low, range.High);
        });
    }

    [Fact]
    public void ClassesOfOnePictureDoNotTakeEachOthersPlace()
    {
        Assert.Contains(run.Rows.GroupBy(r => r.Item), picture => picture.Select(r => r.ClassIndex).Distinct().Count() == 3);
        Assert.All(run.Rows, row => Assert.Equal(1, row.Rank));
    }

    [Fact]
    public void TheReportSaysWhichScenes() => Assert.Contains($"{DemoRun.Scenes} of the generated scenes with seed 2026", run.Report);

    [Fact]
    public async Task TheSameSeedGivesTheSameTableAndAnotherOneAnother()
    {
        using var place = new Workplace();
        using var again = new Workplace();
        using var other = new Workplace();
        string[] scenes = ["--scenes", "2", "--scene-seed"];
        var table = (await DemoRun.MeasureAsync(place, [.. scenes, "7"])).Out;

        Assert.Equal(table, (await DemoRun.MeasureAsync(again, [.. scenes, "7", "--workers", "1"])).Out);
        Assert.NotEqual(table, (await DemoRun.MeasureAsync(other, [.. scenes, "8"])).Out);
    }

    [Fact]
    public async Task AModelOfOtherClassesCannotBeMeasured()
    {
        using var place = new Workplace();
        var refused = await DemoRun.MeasureAsync(place, "--model", place.Colours);

        Assert.Equal(2, refused.Code);
        Assert.Contains("labels are no class of the model: '", Assert.Single(refused.Error));
    }
}
