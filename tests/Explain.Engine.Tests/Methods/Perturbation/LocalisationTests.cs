using Explain.Demo;
using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests.Methods.Perturbation;

/// <summary>Whether the maps of real models point to what is asked for.</summary>
public sealed class LocalisationTests
{
    private static readonly EngineOptions Options = new() { Device = Device.Cpu };

    // What is covered has edges of its own: covering half of an outline may cost more than covering all of the thing, so that a window
    // beside the box can count most.
    [Theory]
    [InlineData("rise", 250, 0)]
    [InlineData("occlusion", null, 17)]
    [InlineData("kernelshap", 250, 17)]
    [InlineData("scorecam", null, 0)]
    [InlineData("ablationcam", null, 0)]
    public async Task EachKindInTheSamplesOfTheDemoIsFoundInItsOwnBox(string method, int? samples, int beside)
    {
        using var catalogue = ModelCatalogue.Create(Options, [DemoAssets.Model], NullLogger.Instance);
        foreach (var sample in DemoAssets.Samples)
        {
            var kinds = string.Join(',', sample.Objects.Select(o => o.Kind));
            var answer = await ExplainAsync(
                catalogue,
                Sample(sample.File),
                new ExplainParameters
                {
                    Method = method,
                    Target = kinds,
                    Options = new() { Samples = samples },
                }
            );

            foreach (var (thing, target) in sample.Objects.Zip(answer.Targets))
            {
                var (x, y) = Peak(answer, target);
                Assert.True(
                    x >= thing.X - beside
                        && x <= thing.X + thing.Width + beside
                        && y >= thing.Y - beside
                        && y <= thing.Y + thing.Height + beside,
                    $"{sample.File}: the map of {thing.Kind} is largest at ({x:F0}, {y:F0}), "
                        + $"not in [{thing.X}, {thing.Y}, {thing.Width}, {thing.Height}]"
                );
            }
        }
    }

    [Theory]
    [InlineData("rise")]
    [InlineData("aise")]
    [InlineData("lime")]
    public async Task SeveralTargetsOfOneRequestEqualSingleOnes(string method)
    {
        using var catalogue = ModelCatalogue.Create(Options, [DemoAssets.Model], NullLogger.Instance);
        var (image, parameters) = (
            Sample(DemoAssets.Samples[0].File),
            new ExplainParameters
            {
                Method = method,
                Target = "top:2",
                Options = new() { Samples = 40 },
            }
        );

        var together = await ExplainAsync(catalogue, image, parameters);

        foreach (var target in together.Targets)
        {
            var alone = await ExplainAsync(catalogue, image, parameters with { Target = $"{target.Target!.Index}" });
            Assert.Equal(alone.Targets[0].Map.Values, target.Map.Values);
        }
    }

    // Score-CAM of "tiger cat" points to the dog on this model, ours and pytorch-grad-cam's alike: a mask that shows the dog's face raises
    // every animal's logit. Against the dog it points to the cat.
    [Theory]
    [InlineData("rise", "probability", "probability")]
    [InlineData("occlusion", "logit", "logit")]
    [InlineData("aise", "probability", "probability")]
    [InlineData("scorecam", "logit", "contrast:bull mastiff")]
    public async Task TheDogAndTheCatAreFoundWhereTheyAre(string method, string scoreOfDog, string scoreOfCat)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        using var catalogue = ModelCatalogue.ForPath(SharedData.Path("models", "squeezenet1.1"), Options, NullLogger.Instance);
        var image = await File.ReadAllBytesAsync(SharedData.Path("images", "both.png"), TestContext.Current.CancellationToken);
        async Task<(double X, double Y)[]> Look(string targets, string score)
        {
            var answer = await ExplainAsync(
                catalogue,
                image,
                new ExplainParameters
                {
                    Method = method,
                    Target = targets,
                    Score = score,
                    Options = new()
                    {
                        Samples = method switch
                        {
                            "rise" => 300,
                            "aise" => 45,
                            _ => null,
                        },
                    },
                }
            );
            return [.. answer.Targets.Select(t => Peak(answer, t)).Select(p => (p.X / answer.Image.Width, p.Y / answer.Image.Height))];
        }

        var places =
            scoreOfDog == scoreOfCat
                ? await Look("bull mastiff,tiger cat", scoreOfDog)
                : [.. await Look("bull mastiff", scoreOfDog), .. await Look("tiger cat", scoreOfCat)];
        var (dog, cat) = (places[0], places[1]);

        // The dog sits in the upper half; the cat lies across the lower one.
        Assert.True(dog is { X: > 0.3 and < 0.7, Y: > 0.05 and < 0.6 }, $"the dog is at {dog}");
        Assert.True(cat is { X: > 0.15 and < 0.9, Y: > 0.55 }, $"the cat is at {cat}");
    }

    [Theory]
    [InlineData("mobilenetv2-int8-qlinear", "occlusion,rise,aise,lime,kernelshap")]
    [InlineData("vww-person-int8", "scorecam,sscam,iscam,ablationcam,reciprocam,occlusion,rise,aise,lime,kernelshap")]
    public async Task QuantisedModelsAreExplainedByPerturbation(string name, string methods)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        using var catalogue = ModelCatalogue.ForPath(SharedData.Path("models", name), Options, NullLogger.Instance);
        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);
        var image = await File.ReadAllBytesAsync(SharedData.Path("images", "kitten_224.png"), TestContext.Current.CancellationToken);

        var supported = catalogue.Status.Single().Methods.Where(m => m.Supported).Select(m => m.Method).ToArray();
        Assert.All(methods.Split(','), m => Assert.Contains(m, supported));
        foreach (var method in methods.Split(','))
        {
            var answer = await ExplainAsync(
                catalogue,
                image,
                new ExplainParameters
                {
                    Method = method,
                    Sign = Sign.Both,
                    Options = new() { Samples = 6, Window = (48, 48) },
                }
            );
            Assert.True(answer.Targets[0].Map.Max > answer.Targets[0].Map.Min, $"{method} says nothing about where");
        }
    }

    private static async Task<Explanation> ExplainAsync(ModelCatalogue catalogue, byte[] image, ExplainParameters parameters)
    {
        if (catalogue.Status.Single().State == ModelState.Loading)
            await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);
        return await new NamedModels(catalogue, new VipsImageCodec(), Options).ExplainAsync(
            catalogue.Status.Single().Name,
            image,
            parameters,
            TestContext.Current.CancellationToken
        );
    }

    // A window or a superpixel has one value: its middle counts.
    private static (double X, double Y) Peak(Explanation answer, TargetExplanation target)
    {
        var map = target.Map;
        var places = Enumerable.Range(0, map.Values.Length).Where(i => map.Values[i] == map.Max).ToArray();
        var place = answer.Geometry.FromMap(
            new Rect(places.Average(i => i % map.Width) + 0.5, places.Average(i => i / map.Width) + 0.5, 0, 0),
            map.Width,
            map.Height
        );
        return (place.X, place.Y);
    }

    private static byte[] Sample(string file)
    {
        using var stream = DemoAssets.Open($"samples/{file}")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
