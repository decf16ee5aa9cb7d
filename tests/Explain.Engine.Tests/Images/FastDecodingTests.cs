using Explain.Engine.Answers;
using Explain.Engine.Catalogue;
using Explain.Engine.Images;
using Explain.Engine.Models.Reading;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;
using NetVips;
using static Explain.Engine.Tests.Images.PreprocessorTests;
using static Explain.Engine.Tests.Images.TestImages;

namespace Explain.Engine.Tests.Images;

/// <summary><c>input.decode</c> of <c>fast</c>: large JPEG files are read at a fraction of their size.</summary>
public sealed class FastDecodingTests
{
    private static readonly RgbImage Photo = Of(1203, 801, (x, y) =>
        ((int)(128 + 90 * Math.Sin(x / 90.0)), (int)(128 + 90 * Math.Cos(y / 70.0)), (x + y) * 255 / 2002)
    );

    [Theory]
    [InlineData(Fit.Stretch, 500, 300, 1203, 801)]
    [InlineData(Fit.Stretch, 300, 200, 602, 401)]
    [InlineData(Fit.Stretch, 300, 90, 602, 401)]
    [InlineData(Fit.Crop, 90, 90, 301, 201)]
    [InlineData(Fit.Pad, 96, 96, 301, 201)]
    [InlineData(Fit.Stretch, 8, 8, 151, 101)]
    public void TwiceTheSizeOfTheInputIsLeft(Fit fit, int width, int height, int readWidth, int readHeight)
    {
        var spec = Spec(fit, width, height) with { Decode = Decoding.Fast };

        var read = Codec.DecodeFor(Jpeg(Photo), 1_000_000, spec, TestContext.Current.CancellationToken);

        Assert.Equal((1203, 801), (read.WholeWidth, read.WholeHeight));
        Assert.InRange(read.Width, readWidth - 1, readWidth);
        Assert.InRange(read.Height, readHeight - 1, readHeight);
    }

    [Theory]
    [InlineData(Fit.Stretch)]
    [InlineData(Fit.Crop)]
    [InlineData(Fit.Pad)]
    public void TheInputIsNearlyThatOfTheWholePictureAndLiesInTheSamePlace(Fit fit)
    {
        var spec = Spec(fit, 96, 96) with { Scale = 1, Decode = Decoding.Fast };

        var fast = Preprocessor.Prepare(Codec.DecodeFor(Jpeg(Photo), 1_000_000, spec, TestContext.Current.CancellationToken), spec);
        var exact = Preprocessor.Prepare(Codec.Decode(Jpeg(Photo), 1_000_000, TestContext.Current.CancellationToken), spec);

        Assert.Equal(exact.Geometry, fast.Geometry);
        Assert.All(exact.Tensor.Zip(fast.Tensor), p => Assert.InRange(p.Second, p.First - 5, p.First + 5));
        Assert.InRange(exact.Tensor.Zip(fast.Tensor).Average(p => Math.Abs(p.First - p.Second)), 0.01, 1);
    }

    [Theory]
    [InlineData(3, 1203, 801)]
    [InlineData(6, 801, 1203)]
    public void TurnedPicturesAreMeasuredUpright(int orientation, int width, int height)
    {
        using var stored = Vips(Photo);
        using var tagged = stored.Mutate(image => image.Set(GValue.GIntType, "orientation", orientation));
        // Upright it is high, and only then a quarter is enough.
        var spec = Spec(Fit.Stretch, width / 9, height / 9) with { Decode = Decoding.Fast };

        var read = Codec.DecodeFor(tagged.JpegsaveBuffer(), 1_000_000, spec, TestContext.Current.CancellationToken);

        Assert.Equal((width, height), (read.WholeWidth, read.WholeHeight));
        Assert.InRange(read.Width, width / 4, width / 4 + 1);
        Assert.InRange(read.Height, height / 4, height / 4 + 1);
        Assert.True(read.OrientationApplied);
    }

    [Fact]
    public void OtherFormatsSmallPicturesAndExactInputsAreReadWhole()
    {
        using var image = Vips(Photo);
        var fast = Spec(Fit.Stretch, 64, 64) with { Decode = Decoding.Fast };

        AssertWhole(image.PngsaveBuffer(), fast);
        AssertWhole(Jpeg(Photo), fast with { Width = 400 });
        AssertWhole(Jpeg(Photo), fast with { Decode = Decoding.Exact });
    }

    [Fact]
    public void ALimitOfPixelsIsThatOfTheWholePicture()
    {
        var spec = Spec(Fit.Stretch, 8, 8) with { Decode = Decoding.Fast };

        var e = Assert.Throws<ExplainException>(() => Codec.DecodeFor(Jpeg(Photo), 900_000, spec, TestContext.Current.CancellationToken));

        Assert.Equal(ExplainError.ImageTooLarge, e.Error);
    }

    [Fact]
    public async Task WhatIsDrawnIsTheWholePicture()
    {
        var options = new EngineOptions { Device = Device.Cpu };
        using var catalogue = ModelCatalogue.Create(options, [new ModelSource("tiny", "1", null, file => file switch
                    {
                        "model.onnx" => new MemoryStream(Tiny.Features().PoolAndClassify().Output("scores").ToBytes()),
                        "model.json" => new MemoryStream("""{ "input": { "decode": "fast" } }"""u8.ToArray()),
                        _ => null,
                    })], NullLogger.Instance);
        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);
        var explanation = await new NamedModels(catalogue, Codec, options).ExplainAsync(
            "tiny",
            Jpeg(Photo),
            new ExplainParameters(),
            TestContext.Current.CancellationToken
        );
        var parameters = new RequestParameters { Output = new OutputParameters { Alpha = 0 } };

        var png = new ImageWriter(Codec, options).Write(
            explanation,
            parameters,
            ImageFormat.Png,
            RunContext.Alone(TestContext.Current.CancellationToken)
        );

        Assert.Equal((1203, 801), (explanation.Image.Width, explanation.Image.Height));
        Assert.Equal(Whole(Jpeg(Photo)), Whole(png));
    }

    private static void AssertWhole(byte[] file, InputSpec spec) =>
        Assert.Equal(Whole(file), Codec.DecodeFor(file, 1_000_000, spec, TestContext.Current.CancellationToken).Pixels);

    private static byte[] Whole(byte[] file) => Codec.Decode(file, 1_000_000, TestContext.Current.CancellationToken).Pixels;

    private static byte[] Jpeg(RgbImage image)
    {
        using var pixels = Vips(image);
        return pixels.JpegsaveBuffer(q: 95);
    }
}
