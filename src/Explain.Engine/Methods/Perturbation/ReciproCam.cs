using Explain.Engine.Methods.Probing;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Perturbation;

/// <summary>Recipro-CAM: what the model says when all it gets of the layer is one position.</summary>
internal static class ReciproCam
{
    // OpenVINO XAI, for tokens: a patch counts together with its neighbours, by a Gaussian of 3 × 3.
    private static readonly float[] Neighbours = [1 / 16f, 1 / 8f, 1 / 16f, 1 / 8f, 1 / 4f, 1 / 8f, 1 / 16f, 1 / 8f, 1 / 16f];

    /// <summary>
    /// M(i, j) = y of the model from the layer on, for A with everything but position (i, j) set to 0 (Byun and Lee 2022, eq. 3 and 4);
    /// class and register tokens stay as they are (Byun and Lee 2023, ViT-ReciproCAM). Positions come in an order that is spread over the
    /// map; when time is up, one that was not tried has the value of the nearest one that was.
    /// </summary>
    public static Attribution Run(Probe probe)
    {
        var layer = probe.LayerItem;
        var (height, width) = layer.Extent;
        var order = ScatteredOrder.Of(height * width);
        var blurred = layer.IsTokens && probe.Study.Options.Compat == Compat.OpenvinoXai;
        return probe.SampleHead(
            new Variants("reciprocam", order.Length, (i, values) =>
                layer.At(blurred ? Around(order[i], height, width) : [(order[i], 1)], values)
            ),
            (_, scores) =>
            {
                var (map, done) = (new float[order.Length], order[..scores.Length]);
                for (var position = 0; position < map.Length; position++)
                    map[position] = (float)scores[Nearest(position, done, width)];
                return new Attribution(null, height, width, map).After(scores.Length, order.Length);
            }
        );
    }

    private static (int, float)[] Around(int position, int height, int width)
    {
        var (y, x) = (position / width, position % width);
        return
        [
            .. Enumerable
                .Range(0, 9)
                .Select(k => (Y: y + k / 3 - 1, X: x + k % 3 - 1, Factor: Neighbours[k]))
                .Where(n => n.Y >= 0 && n.Y < height && n.X >= 0 && n.X < width)
                .Select(n => (n.Y * width + n.X, n.Factor)),
        ];
    }

    private static int Nearest(int position, ReadOnlySpan<int> done, int width)
    {
        var (best, least) = (0, int.MaxValue);
        for (var i = 0; i < done.Length && least > 0; i++)
        {
            var (y, x) = (done[i] / width - position / width, done[i] % width - position % width);
            if (y * y + x * x < least)
                (best, least) = (i, y * y + x * x);
        }
        return best;
    }
}
