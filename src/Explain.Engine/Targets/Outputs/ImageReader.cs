using Explain.Engine.Images;
using Explain.Engine.Models;
using Explain.Engine.Telemetry;
using Explain.Engine.Turns;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Targets.Outputs;

/// <summary>Reads the images that targets hold.</summary>
/// <param name="codec">The image library.</param>
/// <param name="options">Limits.</param>
/// <param name="decoding">Images that are decoded at the same time.</param>
/// <param name="run">On whose behalf.</param>
internal sealed class ImageReader(IImageCodec codec, EngineOptions options, FairQueue decoding, RunContext run)
{
    /// <summary>The pixels of an encoded image.</summary>
    /// <exception cref="ExplainException">It is too large or no image.</exception>
    public RgbImage Decode(ReadOnlyMemory<byte> bytes, AlphaMode alpha = AlphaMode.White) =>
        Read(bytes, () => codec.Decode(bytes, options.MaxImagePixels, alpha, run.Cancellation));

    /// <summary>What a model's input needs of an encoded image.</summary>
    /// <exception cref="ExplainException">It is too large or no image.</exception>
    public RgbImage Decode(ReadOnlyMemory<byte> bytes, InputSpec spec) =>
        Read(bytes, () => codec.DecodeFor(bytes, options.MaxImagePixels, spec, run.Cancellation));

    /// <summary>An image whose pixels are in the region unless they are black.</summary>
    public MaskRegion Mask(byte[] bytes)
    {
        var image = Decode(bytes);
        return new MaskRegion(image.Height, image.Width, [.. image.Pixels.Chunk(3).Select(pixel => pixel.Any(v => v > 0))]);
    }

    /// <summary>What the model's explained output says of another image.</summary>
    public float[] Output(Model model, byte[] bytes)
    {
        if (!model.Description.Input.TakesImages)
            throw OutputAxes.Invalid("the model takes tensors, not images; give \"similarTo\":{\"vector\":[…]}");
        var input = ImageInput.Of(model, Preprocessor.Prepare(Decode(bytes, model.Description.Input), model.Description.Input));
        using var pass = Passes.Forward(model, input, [], run);
        return pass.Scores!.Item(0).ToArray();
    }

    private RgbImage Read(ReadOnlyMemory<byte> bytes, Func<RgbImage> decode)
    {
        if (bytes.Length > options.MaxImageBytes)
        {
            throw new ExplainException(
                ExplainError.PayloadTooLarge,
                $"the image has {bytes.Length} bytes; allowed are {options.MaxImageBytes}"
            );
        }

        using var permit = decoding.Enter(run.Cancellation, run.Way);
        return decode();
    }
}
