namespace Explain.Engine.Models.Reading;

/// <summary>A way to prepare pixels: a pixel p in 0..255 becomes <c>(p * Scale - Mean[c]) / Std[c]</c>.</summary>
/// <param name="Name">How it is called in the description of a model.</param>
/// <param name="Scale">Factor.</param>
/// <param name="Mean">One a channel.</param>
/// <param name="Std">One a channel.</param>
internal sealed record PixelConvention(string Name, float Scale, IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    /// <summary>The mean of ImageNet's pixels on 0..1, red first.</summary>
    public static readonly IReadOnlyList<float> ImageNetMean = [0.485f, 0.456f, 0.406f];

    /// <summary>Pixels as they are.</summary>
    public static PixelConvention Bytes(int channels) => Plain("pixels on 0..255", 1, 0, channels);

    /// <summary>As <c>ToTensor</c> of torchvision leaves them.</summary>
    public static PixelConvention Unit(int channels) => Plain("pixels on 0..1", 1f / 255, 0, channels);

    /// <summary>As TensorFlow's MobileNet and Inception take them.</summary>
    public static PixelConvention Signed(int channels) => Plain("pixels on -1..1", 1f / 127.5f, 1, channels);

    /// <summary>As torchvision evaluates models of ImageNet, red first.</summary>
    public static readonly PixelConvention ImageNet = new(
        "ImageNet mean and std on 0..1",
        1f / 255,
        ImageNetMean,
        [0.229f, 0.224f, 0.225f]
    );

    /// <summary>All of them, the more common ones first.</summary>
    public static IEnumerable<PixelConvention> All(int channels) =>
        channels == ImageNetMean.Count
            ? [Bytes(channels), Unit(channels), Signed(channels), ImageNet]
            : [Bytes(channels), Unit(channels), Signed(channels)];

    /// <summary>What black and white become.</summary>
    public (double Low, double High) Range(int channel) =>
        ((0 - Mean[channel]) / Std[channel], (255 * Scale - Mean[channel]) / Std[channel]);

    private static PixelConvention Plain(string name, float scale, float mean, int channels) =>
        new(name, scale, [.. Enumerable.Repeat(mean, channels)], [.. Enumerable.Repeat(1f, channels)]);
}
