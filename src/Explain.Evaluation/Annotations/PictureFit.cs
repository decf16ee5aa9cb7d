namespace Explain.Evaluation.Annotations;

/// <summary>Holds annotations against the pictures themselves.</summary>
public static class PictureFit
{
    /// <summary>The annotation of a picture that has these extents: its boxes are cut to it, and its size is known.</summary>
    /// <param name="image">The annotation.</param>
    /// <param name="width">Columns of the picture that was read.</param>
    /// <param name="height">Its rows.</param>
    /// <exception cref="FormatException">The annotation says another size, or a box lies outside.</exception>
    public static AnnotatedImage To(AnnotatedImage image, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Size is { } said && said != (width, height))
        {
            throw new FormatException(
                $"'{image.Name}' has {width} x {height} pixels, but its annotation says {said.Width} x {said.Height}: "
                    + "its boxes count in pixels of another picture"
            );
        }
        return image with { Objects = [.. image.Objects.Select(o => o with { Box = Cut(o.Box) })], Size = (width, height) };

        PixelBox? Cut(PixelBox? box)
        {
            if (box is not { } whole)
                return null;
            var inside = BoxRules.Cut(whole, width, height);
            return BoxRules.HasPixels(inside)
                ? inside
                : throw new FormatException(
                    $"'{image.Name}' has {width} x {height} pixels, and its box {BoxRules.Shown(whole)} lies outside"
                );
        }
    }
}
