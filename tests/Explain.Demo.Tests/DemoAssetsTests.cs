using Explain.Demo.Scenes;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using NetVips;

namespace Explain.Demo.Tests;

public sealed class DemoAssetsTests : IDisposable
{
    private const int Side = 96;
    private readonly InferenceSession _model = new(Bytes("model.onnx"));

    public void Dispose() => _model.Dispose();

    [Fact]
    public void LabelsAreTheKindsOfTheGenerator()
    {
        using var reader = new StreamReader(DemoAssets.Open("labels.txt")!);
        Assert.Equal(SceneKinds.Names, reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void TheModelIsSmallAndTakesAnyBatch()
    {
        Assert.InRange(Bytes("model.onnx").Length, 100_000, 2_000_000);
        Assert.Equal([-1, 3, Side, Side], _model.InputMetadata["image"].Dimensions);
        Assert.Equal([-1, SceneKinds.Names.Count], _model.OutputMetadata["logits"].Dimensions);
    }

    [Fact]
    public void SamplesShowEveryKindOnceWithBoxesInsideTheImage()
    {
        Assert.Equal(SceneKinds.Names.Order(), DemoAssets.Samples.SelectMany(s => s.Objects).Select(o => o.Kind).Order());
        foreach (var sample in DemoAssets.Samples)
        {
            using var image = Image.NewFromBuffer(Bytes("samples/" + sample.File));
            Assert.Equal((sample.Width, sample.Height, 3), (image.Width, image.Height, image.Bands));
            Assert.All(sample.Objects, o =>
                Assert.True(o.X >= 0 && o.Y >= 0 && o.X + o.Width <= sample.Width && o.Y + o.Height <= sample.Height)
            );
        }
    }

    [Fact]
    public void TheModelRanksTheTwoKindsOfEachSampleFirst()
    {
        foreach (var sample in DemoAssets.Samples)
        {
            using var image = Image.ThumbnailBuffer(Bytes("samples/" + sample.File), Side, height: Side, crop: Enums.Interesting.Centre);
            Assert.Equal(sample.Objects.Select(o => o.Kind).Order(), Rank(image.WriteToMemory<byte>()).Take(2).Order());
        }
    }

    [Fact]
    public void TheBestClassOfAnImageWithOneKindIsThatKind()
    {
        var options = new SceneOptions { Kinds = 1 };
        var right = Enumerable
            .Range(0, 200)
            .Count(i =>
            {
                var scene = SceneGenerator.Generate(5, i, options);
                return Rank(scene.Pixels)[0] == scene.Objects[0].Kind;
            });
        Assert.InRange(right, 190, 200);
    }

    [Fact]
    public void AnUnknownNameOpensNothingAndTheKnownOnesAreListed()
    {
        Assert.Null(DemoAssets.Open("model.bin"));
        var samples = DemoAssets.Samples.Select(s => "samples/" + s.File).Append("samples/samples.json");
        Assert.Equal(
            samples.Concat(["labels.txt", "model.json", "model.onnx"]).Order(StringComparer.Ordinal),
            typeof(DemoAssets).Assembly.GetManifestResourceNames().Order(StringComparer.Ordinal)
        );
    }

    private static byte[] Bytes(string name)
    {
        using var stream = DemoAssets.Open(name)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private string[] Rank(byte[] rgb)
    {
        var input = new DenseTensor<float>([1, 3, Side, Side]);
        for (var i = 0; i < Side * Side; i++)
        {
            for (var c = 0; c < 3; c++)
                input.Buffer.Span[c * Side * Side + i] = (rgb[3 * i + c] / 255f - 0.5f) / 0.25f;
        }
        using var outputs = _model.Run([NamedOnnxValue.CreateFromTensor("image", input)]);
        var logits = outputs[0].AsTensor<float>().ToArray();
        return [.. SceneKinds.Names.OrderByDescending(name => logits[SceneKinds.Names.ToList().IndexOf(name)])];
    }
}
