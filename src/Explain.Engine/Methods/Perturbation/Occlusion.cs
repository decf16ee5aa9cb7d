using Explain.Engine.Images;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Sampling;

namespace Explain.Engine.Methods.Perturbation;

/// <summary>Occlusion: a window that covers a part of the image, moved over it.</summary>
internal static class Occlusion
{
    // A window covers a seventh of each side, like a cell of RISE's masks.
    private const int WindowsASide = 7;

    /// <summary>
    /// The mean of f(X) − f(X with the window set to 0) over the windows that cover a pixel (Zeiler and Fergus 2014, section 4.2; Captum's
    /// definition). Windows come in an order that is spread over the image; when time is up, the mean is over those that were done, and
    /// pixels that none of them covers are 0.
    /// </summary>
    public static Attribution Run(Probe probe)
    {
        var image = new InputImage(probe);
        var grid = Grid(image.Height, image.Width, probe.Study.Options);
        var (order, mask) = (ScatteredOrder.Of(grid.Count), new float[image.Area]);
        return probe.Sample(new Variants("occlusion", order.Length, (i, values) =>
            {
                var box = grid[order[i]];
                Array.Fill(mask, 1);
                for (var y = box.Y; y < box.Y + box.Height; y++)
                    mask.AsSpan(y * image.Width + box.X, box.Width).Clear();
                image.Through(mask, values);
            }), (asked, scores) => Mean(asked, grid, order, scores));
    }

    private static Attribution Mean(Probe probe, OcclusionGrid grid, int[] order, double[] scores)
    {
        var (height, width) = InputExtent.Of(probe.Study.Model.Description.Input, probe.Study.Input);
        var (score, differences, done) = (probe.Score, new float[grid.Count], new float[grid.Count]);
        foreach (var (window, covered) in order.Zip(scores))
            (differences[window], done[window]) = ((float)(score - covered), 1);
        var (map, share) = (new float[height * width], new float[height * width]);
        grid.Attribute(differences, map);
        grid.Attribute(done, share);
        for (var i = 0; i < map.Length; i++)
            map[i] = share[i] > 0 ? map[i] / share[i] : 0;
        return new Attribution(null, height, width, map).After(scores.Length, order.Length);
    }

    /// <summary>The windows of a request.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidParameter"/>: they leave pixels out.</exception>
    public static OcclusionGrid Grid(int height, int width, MethodOptions options)
    {
        var (h, w) = options.Window ?? (Share(height), Share(width));
        (h, w) = (Math.Min(h, height), Math.Min(w, width));
        var (down, right) = options.Stride ?? ((h + 1) / 2, (w + 1) / 2);
        return down <= h && right <= w ? new OcclusionGrid(height, width, h, w, down, right) : throw StrideTooLong(h, w, down, right);
    }

    private static int Share(int side) => (side + WindowsASide - 1) / WindowsASide;

    private static ExplainException StrideTooLong(int height, int width, int down, int right)
    {
        var message = $"{down}x{right} is more than the window, {height}x{width}: there would be pixels that no window covers";
        return new ExplainException(
            ExplainError.InvalidParameter,
            $"stride: {message}",
            new Dictionary<string, string[]> { ["stride"] = [message] }
        );
    }
}
