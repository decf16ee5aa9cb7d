using Explain.Kernels.Images;

namespace Explain.Engine.Images;

/// <summary>An image as the model takes it.</summary>
/// <param name="Tensor">One image: [3, height, width], [height, width, 3] or, for grey, [height, width].</param>
/// <param name="Geometry">Where the tensor's pixels lie on the image.</param>
public sealed record PreparedInput(float[] Tensor, Geometry Geometry);

/// <summary>
/// Turns images into tensors as torchvision does: resized whole, then cut (only the part that is kept is computed). Where the image
/// does not fill the
/// input (letterbox, or a crop larger than the resized image), the input shows black, normalised like any other pixel.
/// </summary>
public static class Preprocessor
{
    private static readonly int[] RedFirst = [0, 1, 2];
    private static readonly int[] BlueFirst = [2, 1, 0];

    /// <summary>Fits, resizes and normalises an image.</summary>
    /// <param name="image">Upright RGB of any size; of a fraction of its picture the geometry is that of the whole.</param>
    /// <param name="spec">What the model wants.</param>
    public static PreparedInput Prepare(RgbImage image, InputSpec spec)
    {
        var geometry = Geometry.Of(spec, image.WholeWidth, image.WholeHeight);
        var pixels = InputCanvas.Draw(image, geometry.ScaledTo(image.Width, image.Height), spec.Interpolation).Pixels;
        return new PreparedInput(spec.Color == ColorOrder.Gray ? Gray(pixels, spec) : Color(pixels, spec), geometry);
    }

    private static float[] Gray(byte[] pixels, InputSpec spec)
    {
        var tensor = new float[pixels.Length / 3];
        PixelTensor.FromGray(pixels, spec.Scale, spec.Mean[0], spec.Std[0], tensor);
        return tensor;
    }

    private static float[] Color(byte[] pixels, InputSpec spec)
    {
        var tensor = new float[pixels.Length];
        var order = spec.Color == ColorOrder.Bgr ? BlueFirst : RedFirst;
        PixelTensor.FromRgb(pixels, order, spec.Scale, [.. spec.Mean], [.. spec.Std], planar: spec.Layout == TensorLayout.Nchw, tensor);
        return tensor;
    }
}
