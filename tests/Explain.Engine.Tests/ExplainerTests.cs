using System.Diagnostics;
using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Parameters;
using Explain.Engine.Segmentation;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests;

/// <summary>Real images through a real network.</summary>
public sealed class ExplainerTests(ExplainerTests.SqueezeNet net) : IClassFixture<ExplainerTests.SqueezeNet>
{
    private static readonly string[] Methods = ["gradcam", "gradcam++", "hirescam", "layercam", "xgradcam", "cam"];

    // In pixels of both.png.
    private static readonly Rect Dog = new(80, 14, 86, 135);
    private static readonly Rect Cat = new(46, 120, 153, 104);

    public static TheoryData<string> AllMethods => [.. Methods];

    // The methods that drop negative gradients place by place see the dog's own evidence in either class; against the dog they find the
    // cat.
    [Theory]
    [InlineData("gradcam", "logit")]
    [InlineData("hirescam", "logit")]
    [InlineData("xgradcam", "logit")]
    [InlineData("cam", "logit")]
    [InlineData("layercam", "contrast:243")]
    [InlineData("gradcam++", "contrast:243")]
    public async Task InAnImageOfADogAndACatEachClassPointsAtItsAnimal(string method, string score)
    {
        var answer = await net.Explain("both.png", new() { Method = method, Target = "bull mastiff" }, SqueezeNet.Whole);
        var other = await net.Explain(
            "both.png",
            new()
            {
                Method = method,
                Target = "tiger cat",
                Score = score,
            },
            SqueezeNet.Whole
        );

        Assert.Equal((243, 282), (answer.Targets[0].Target!.Index, other.Targets[0].Target!.Index));
        AssertPeakInside(Dog, answer);
        AssertPeakInside(Cat, other);
        Assert.DoesNotContain(answer.Targets[0].Diagnostics, d => d.Code == "target-not-predicted");
        Assert.Contains(other.Targets[0].Diagnostics, d => d.Code == "target-not-predicted");
    }

    [Theory]
    [InlineData("gradcam")]
    [InlineData("hirescam")]
    [InlineData("xgradcam")]
    [InlineData("cam")]
    public async Task WhereTheImageIsCroppedTheCatStillSpeaksAgainstTheDog(string method)
    {
        AssertPeakInside(Dog, await net.Explain("both.png", new() { Method = method, Target = "bull mastiff" }));
        AssertPeakInside(
            Cat,
            await net.Explain(
                "both.png",
                new()
                {
                    Method = method,
                    Target = "tiger cat",
                    Score = "contrast:bull mastiff",
                }
            )
        );
    }

    [Fact]
    public async Task PredictionsAreRankedLabelledAndTheSameAsThoseOfPredict()
    {
        var answer = await net.Explain("both.png", new(), SqueezeNet.Whole);
        var predicted = await net.Explainer.PredictAsync(
            SqueezeNet.Whole,
            SqueezeNet.Image("both.png"),
            5,
            TestContext.Current.CancellationToken
        );

        Assert.Equal([243, 242, 180, 254, 246], answer.Predictions.Select(p => p.Index));
        Assert.Equal("bull mastiff", answer.Predictions[0].Label);
        Assert.Equal(0.620f, answer.Predictions[0].Probability!.Value, 1e-3f);
        Assert.Equal(answer.Predictions, predicted.Predictions);
        Assert.Equal(answer.Predictions[0], answer.Targets.Single().Target);
    }

    [Theory]
    [MemberData(nameof(AllMethods))]
    public async Task SeveralTargetsEqualRequestsOfOne(string method)
    {
        foreach (var score in method == "cam" ? new[] { "logit", "contrast:boxer" } : ["logit", "probability", "contrast:boxer"])
        {
            var together = await net.Explain(
                "both.png",
                new()
                {
                    Method = method,
                    Target = "243,282,top:3,281",
                    Score = score,
                }
            );

            Assert.Equal(6, together.Targets.Count);
            foreach (var target in together.Targets)
            {
                var alone = (
                    await net.Explain(
                        "both.png",
                        new()
                        {
                            Method = method,
                            Target = $"{target.Target!.Index}",
                            Score = score,
                        }
                    )
                ).Targets.Single();
                Assert.Equal(alone.Map.Values, target.Map.Values);
                Assert.Equal(alone.Target, target.Target);
                Assert.Equal(alone.Boxes, target.Boxes);
            }
        }
    }

    [Fact]
    public async Task ConcurrentRequestsEqualSequentialOnes()
    {
        string[] images = ["both.png", "kitten_224.png", "goldfish.jpg"];
        string[] targets = ["predicted", "top:2"];
        var requests = (
            from image in images
            from method in Methods
            from target in targets
            select (
                image,
                new ExplainParameters
                {
                    Method = method,
                    Target = target,
                    Layer = method == "layercam" ? "fire5/concat_1" : null,
                }
            )
        ).ToArray();
        var sequential = new List<Explanation>();
        foreach (var (image, parameters) in requests)
            sequential.Add(await net.Explain(image, parameters));

        var concurrent = await Task.WhenAll(requests.Select(r => net.Explain(r.image, r.Item2)));

        foreach (var (one, other) in sequential.Zip(concurrent))
        {
            Assert.Equal(one.Id, other.Id);
            Assert.Equal(one.Predictions, other.Predictions);
            foreach (var (a, b) in one.Targets.Zip(other.Targets))
                Assert.Equal(a.Map.Values, b.Map.Values);
        }
    }

    [Fact]
    public async Task TheIdNamesEverythingThatChangesTheAnswer()
    {
        var id = (await net.Explain("both.png", new())).Id;

        Assert.Matches("^sha256:[0-9a-f]{64}$", id);
        Assert.Equal(id, (await net.Explain("both.png", new() { Target = "243" })).Id);
        foreach (
            var other in new ExplainParameters[]
            {
                new() { Target = "282" },
                new() { Method = "cam" },
                new() { Score = "probability" },
                new() { Layer = "fire5/concat_1" },
                new() { Sign = Sign.Both },
                new() { Threshold = RegionThreshold.Share(0.5f) },
                new() { Boxes = "largest" },
            }
        )
        {
            Assert.NotEqual(id, (await net.Explain("both.png", other)).Id);
        }

        Assert.NotEqual(id, (await net.Explain("dogs.png", new() { Target = "243" })).Id);
    }

    [Theory]
    [InlineData(Stage.Decode, ActivityStatusCode.Error)]
    [InlineData(Stage.Preprocess, ActivityStatusCode.Unset)]
    [InlineData(Stage.Run, ActivityStatusCode.Error)]
    public async Task WhatIsCancelledEndsInItsStageOrBehindItAndTheModelStaysUsable(Stage stage, ActivityStatusCode status)
    {
        var before = await net.Explain("both.png", new());
        using (var cancelled = new CancelledAt(stage))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                net.Explainer.ExplainAsync(SqueezeNet.Cropped, SqueezeNet.Image("both.png"), new() { Target = "top:5" }, cancelled.Token)
            );

            // A run of the model and the decoding of an image end as cancelled; other stages come to their end, and nothing comes behind
            // them.
            Assert.Equal(status, cancelled.Span!.Status);
        }

        var after = await net.Explain("both.png", new());
        Assert.Equal(before.Targets[0].Map.Values, after.Targets[0].Map.Values);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task MoreOrFewerClassesThanThereAreCannotBePredicted(int top)
    {
        var e = await Assert.ThrowsAsync<ExplainException>(() =>
            net.Explainer.PredictAsync(SqueezeNet.Cropped, SqueezeNet.Image("both.png"), top, TestContext.Current.CancellationToken)
        );

        Assert.Equal(ExplainError.TargetOutOfRange, e.Error);
    }

    [Theory]
    [InlineData("method", ExplainError.InvalidParameter)]
    [InlineData("target", ExplainError.LabelNotFound)]
    [InlineData("score", ExplainError.InvalidParameter)]
    [InlineData("layer", ExplainError.LayerNotFound)]
    public async Task AWrongParameterIsFoundBeforeTheImageIsDecoded(string parameter, ExplainError error)
    {
        var parameters = new ExplainParameters
        {
            Method = parameter == "method" ? "magic" : "gradcam",
            Target = parameter == "target" ? "a unicorn" : "predicted",
            Score = parameter == "score" ? "magic" : "logit",
            Layer = parameter == "layer" ? "magic" : null,
        };

        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);

        var e = await Assert.ThrowsAsync<ExplainException>(() =>
            net.Explainer.ExplainAsync(SqueezeNet.Cropped, "no image"u8.ToArray(), parameters, TestContext.Current.CancellationToken)
        );

        Assert.Equal(error, e.Error);
    }

    private static void AssertPeakInside(Rect box, Explanation answer)
    {
        var map = answer.Targets.Single().Map;
        var peak = Array.IndexOf(map.Values, map.Max);
        var cell = answer.Geometry.FromMap(new Rect(peak % map.Width, peak / map.Width, 1, 1), map.Width, map.Height);
        Assert.InRange(cell.X + cell.Width / 2, box.X, box.X + box.Width);
        Assert.InRange(cell.Y + cell.Height / 2, box.Y, box.Y + box.Height);
    }

    /// <summary>One network for all tests, with its own preprocessing and with the reference's, which shows it the whole image.</summary>
    public sealed class SqueezeNet : IAsyncLifetime
    {
        public const string Cropped = "cropped";
        public const string Whole = "whole";

        private readonly DirectoryInfo _models = Directory.CreateTempSubdirectory("squeezenet");
        private ModelCatalogue? _catalogue;

        internal NamedModels Explainer { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            if (SharedData.Root is null)
                return;
            foreach (var (name, fit) in new[] { (Cropped, "crop"), (Whole, "stretch") })
            {
                var folder = _models.CreateSubdirectory(name).FullName;
                foreach (var file in Directory.EnumerateFiles(SharedData.Path("models", "squeezenet1.1")))
                    File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
                var manifest = Path.Combine(folder, "model.json");
                await File.WriteAllTextAsync(
                    manifest,
                    (await File.ReadAllTextAsync(manifest)).Replace("\"crop\"", $"\"{fit}\"", StringComparison.Ordinal)
                );
            }
            var options = new EngineOptions
            {
                Device = Device.Cpu,
                ThreadsPerModel = 1,
                ModelsDirectory = _models.FullName,
            };
            _catalogue = ModelCatalogue.Create(options, [], NullLogger.Instance);
            await _catalogue.LoadAllAsync(CancellationToken.None);
            Explainer = new NamedModels(_catalogue, new VipsImageCodec(), options);
        }

        public static byte[] Image(string name)
        {
            Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
            return File.ReadAllBytes(SharedData.Path("images", name));
        }

        public Task<Explanation> Explain(string image, ExplainParameters parameters, string model = Cropped)
        {
            var bytes = Image(image);
            return Explainer.ExplainAsync(model, bytes, parameters, TestContext.Current.CancellationToken);
        }

        public ValueTask DisposeAsync()
        {
            _catalogue?.Dispose();
            _models.Delete(true);
            return ValueTask.CompletedTask;
        }
    }
}
