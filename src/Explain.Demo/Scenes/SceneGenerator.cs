using Explain.Kernels.Sampling;

namespace Explain.Demo.Scenes;

/// <summary>Draws images of known objects on textured backgrounds; the same arguments give the same pixels on every machine.</summary>
/// <remarks>Only +, -, *, / and square roots reach the pixels, besides rounded cosines: IEEE 754 fixes their results to the bit.</remarks>
public static class SceneGenerator
{
    /// <summary>Draws one image.</summary>
    /// <param name="seed">Names a series of images; different seeds share no images.</param>
    /// <param name="index">Which image of the series, from 0; any order, any thread.</param>
    /// <param name="options">Size of the image and of its objects.</param>
    public static Scene Generate(ulong seed, int index, SceneOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        options.Validate();
        var random = new SplitMix64(SplitMix64.Mix(SplitMix64.Mix(seed) + (ulong)index));
        var canvas = new SceneCanvas(options.Width, options.Height);
        var palette = Palette.Draw(random);
        canvas.Cover(palette.Background, palette.BackgroundTexture);
        var objects = new List<SceneObject>();
        foreach (var placement in Layout.Draw(random, options))
        {
            var mask = canvas.Paint(placement, palette.DrawFill(random));
            var kind = SceneKinds.Names[placement.Kind];
            objects.Add(new SceneObject(kind, placement.Kind, Bounds(mask, options.Width), mask));
        }
        return new Scene(options.Width, options.Height, canvas.ToBytes(random, random.Uniform(0, 0.03)), objects);
    }

    internal static BoundingBox Bounds(bool[] mask, int width)
    {
        var (left, top, right, bottom) = (int.MaxValue, int.MaxValue, -1, -1);
        for (var i = 0; i < mask.Length; i++)
        {
            if (!mask[i])
                continue;
            var (y, x) = Math.DivRem(i, width);
            (left, right) = (Math.Min(left, x), Math.Max(right, x));
            (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y));
        }
        return new BoundingBox(left, top, right - left + 1, bottom - top + 1);
    }
}
