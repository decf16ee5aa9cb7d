using BenchmarkDotNet.Attributes;
using Explain.Engine.Images;

namespace Explain.Benchmarks;

/// <summary>The image libraries on a photograph's worth of pixels, 1920 × 1279: time, and memory of managed code.</summary>
[MemoryDiagnoser(false)]
public class CodecBenchmarks
{
    private const int Width = 1920;
    private const int Height = 1279;
    private const long Limit = 40_000_000;

    private IImageCodec _codec = new ImageSharpCodec();
    private RgbImage _image = new(0, 0, []);
    private byte[] _jpeg = [];
    private byte[] _png = [];

    [Params(ImageLibrary.Vips, ImageLibrary.ImageSharp)]
    public ImageLibrary Library { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _codec = ImageCodecs.Of(Library);
        var (random, pixels) = (new Random(1), new byte[Width * Height * 3]);
        // Shades with a little noise, as a photograph has them.
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(128 + 100 * Math.Sin(i / 3 % Width / 90.0 + i % 3) * Math.Cos(i / 3 / Width / 70.0) + random.Next(8));
        _image = new RgbImage(Width, Height, pixels);
        var writer = ImageCodecs.Of(ImageLibrary.Vips);
        (_jpeg, _png) = (writer.Encode(_image, ImageFormat.Jpeg), writer.Encode(_image, ImageFormat.Png));
    }

    [Benchmark]
    public RgbImage DecodeJpeg() => _codec.Decode(_jpeg, Limit);

    [Benchmark]
    public RgbImage DecodePng() => _codec.Decode(_png, Limit);

    [Benchmark]
    public byte[] EncodePng() => _codec.Encode(_image, ImageFormat.Png);

    [Benchmark]
    public byte[] EncodeJpeg() => _codec.Encode(_image, ImageFormat.Jpeg);
}
