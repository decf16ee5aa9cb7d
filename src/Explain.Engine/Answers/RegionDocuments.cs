using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Parameters;
using Explain.Kernels.Segmentation;

namespace Explain.Engine.Answers;

/// <summary>A mask as the COCO API writes it.</summary>
/// <param name="Size">Rows and columns of the original image.</param>
/// <param name="Counts">
/// Lengths of its runs, column after column, outside first, in the text that <c>rleToString</c> of the COCO API makes of them.
/// </param>
public sealed record MaskDocument(IReadOnlyList<int> Size, string Counts);

/// <summary>The regions of a map, written.</summary>
public static class RegionDocuments
{
    /// <summary>The mask of all regions, if included; else null.</summary>
    /// <param name="target">Whose.</param>
    /// <param name="geometry">Where the model's input lies on the image.</param>
    /// <param name="parts">What is included.</param>
    public static MaskDocument? Mask(TargetExplanation target, Geometry geometry, AnswerParts parts)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(geometry);
        if (!parts.HasFlag(AnswerParts.Masks))
            return null;
        var (height, width) = (geometry.ImageHeight, geometry.ImageWidth);
        var mask = RegionShapes.Mask(target.Regions.Select(r => r.Region), geometry);
        return new MaskDocument([height, width], CocoRle.Text(CocoRle.Lengths(mask, height, width)));
    }

    /// <summary>The outer border of each region, if included; else null.</summary>
    /// <param name="target">Whose.</param>
    /// <param name="geometry">Where the model's input lies on the image.</param>
    /// <param name="parts">What is included.</param>
    public static IReadOnlyList<IReadOnlyList<int>>? Polygons(TargetExplanation target, Geometry geometry, AnswerParts parts)
    {
        ArgumentNullException.ThrowIfNull(target);
        return parts.HasFlag(AnswerParts.Polygons) ? [.. target.Regions.Select(r => RegionShapes.Polygon(r.Region, geometry))] : null;
    }
}
