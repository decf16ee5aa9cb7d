namespace Explain.Kernels.Segmentation;

/// <summary>
/// Cuts an image into connected segments of similar colour, the features of LIME and KernelSHAP: SLIC (Achanta, Shaji, Smith, Lucchi,
/// Fua and Suesstrunk 2012).
/// </summary>
public static class Superpixels
{
    private const int Iterations = 10;

    /// <summary>
    /// Clusters pixels by k-means on colour and position, each centre looking one grid step around itself, for ten rounds; parts of a
    /// segment that came loose, if smaller than a quarter of the average segment, join the segment above or to the left.
    /// </summary>
    /// <remarks>
    /// The squared distance is <c>(colour distance / spread)^2 + (compactness * distance in pixels / grid step)^2</c>, where the spread is
    /// the root mean square distance of the image's colours from their mean. So bytes, fractions and normalised tensors give the same
    /// segments, and CIELAB, which the paper takes, may be passed as well. Nothing is random; values that are not finite count as 0.
    /// </remarks>
    /// <param name="image">Planar [channels, height, width], any unit.</param>
    /// <param name="channels">Number of channels, positive.</param>
    /// <param name="height">Rows, positive.</param>
    /// <param name="width">Columns, positive.</param>
    /// <param name="segments">How many segments are wanted, 1 to the number of pixels; about as many come out.</param>
    /// <param name="compactness">Weight of position against colour, positive: 0.3 follows edges, 3 gives nearly squares.</param>
    /// <param name="labels">Receives [height, width] numbers of segments, 0 to the answer - 1, in the order in which rows meet
    /// them.</param>
    /// <returns>How many segments there are.</returns>
    /// <exception cref="ArgumentException">A number is outside its range, or a length disagrees with the sides.</exception>
    public static int Slic(
        ReadOnlySpan<float> image,
        int channels,
        int height,
        int width,
        int segments,
        double compactness,
        Span<int> labels
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        Require.Area(labels.Length, height, width, nameof(labels));
        if (image.Length != (long)channels * labels.Length)
        {
            throw new ArgumentException(
                $"{channels} channels of {labels.Length} pixels were expected, got {image.Length} values.",
                nameof(image)
            );
        }

        Require.Within(1, segments, labels.Length);
        if (!(compactness > 0 && double.IsFinite(compactness)))
            throw new ArgumentOutOfRangeException(nameof(compactness), compactness, "A positive number was expected.");

        var clusters = new SlicClusters(image, channels, height, width, segments, compactness);
        for (var iteration = 0; iteration < Iterations; iteration++)
            clusters.Refine();
        return Connect(clusters.Labels, width, labels.Length / (4 * clusters.Count), labels);
    }

    /// <summary>
    /// Numbers the 4-connected parts in row order; a part below the least size takes the number of the pixel before its first.
    /// </summary>
    private static int Connect(ReadOnlySpan<int> clusters, int width, int leastSize, Span<int> labels)
    {
        labels.Fill(-1);
        var (part, count) = (new List<int>(), 0);
        for (var first = 0; first < labels.Length; first++)
        {
            if (labels[first] >= 0)
                continue;
            Flood(clusters, width, first, count, labels, part);
            var neighbour = first % width > 0 ? first - 1 : first - width;
            if (part.Count < leastSize && neighbour >= 0)
            {
                foreach (var pixel in part)
                    labels[pixel] = labels[neighbour];
            }
            else
            {
                count++;
            }
        }
        return count;
    }

    private static void Flood(ReadOnlySpan<int> clusters, int width, int first, int label, Span<int> labels, List<int> part)
    {
        part.Clear();
        part.Add(first);
        labels[first] = label;
        for (var next = 0; next < part.Count; next++)
        {
            var pixel = part[next];
            var column = pixel % width;
            ReadOnlySpan<int> neighbours = [column > 0 ? pixel - 1 : -1, column < width - 1 ? pixel + 1 : -1, pixel - width, pixel + width];
            foreach (var neighbour in neighbours)
            {
                if (neighbour < 0 || neighbour >= labels.Length || labels[neighbour] >= 0 || clusters[neighbour] != clusters[first])
                    continue;
                labels[neighbour] = label;
                part.Add(neighbour);
            }
        }
    }
}
