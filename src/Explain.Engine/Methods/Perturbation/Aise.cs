using System.Numerics.Tensors;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Kernels.LinearAlgebra;
using Explain.Kernels.Sampling;

namespace Explain.Engine.Methods.Perturbation;

/// <summary>AISE: smooth spots, put where they say most.</summary>
internal static class Aise
{
    // OpenVINO XAI's balanced preset: three widths with 50 spots each.
    private const int Spots = 150;
    private const double Epsilon = 0.1;
    private static readonly double[] Widths = [0.1, 0.175, 0.25];

    /// <summary>
    /// For each width of a Gaussian spot K, DIRECT looks for the position where f(X ∘ K) − f(X ∘ (1 − K)) is largest; the map of a width is
    /// the sum of all spots it tried, each times its value, over its maximum, and the maps of the widths are added (OpenVINO XAI, Adaptive
    /// Input Sampling for Explanation). Values count from the smallest of a width: where no small spot can hold what hiding it loses, the
    /// library's are all negative, and its map shines where the search was not. f is the probability of the class, unless the request says
    /// otherwise. The widths take turns, so that each has its part in the map when time is up.
    /// </summary>
    public static Attribution Run(Probe probe)
    {
        var image = new InputImage(probe);
        var (count, until) = (Count(probe.Study.Options), probe.Study.Deadline.Next(1));
        var searches = Widths
            .Select((width, i) => new Search(image, width, (count + i) / Widths.Length))
            .Where(s => !s.IsFinished)
            .ToArray();
        // One spot at least, or there is no map.
        var finished = !searches[0].Step(probe, default);
        probe.Show(Spots);
        while (!finished && searches.Any(s => !s.IsFinished))
        {
            foreach (var search in searches.Where(s => !s.IsFinished && !finished))
            {
                finished = !search.Step(probe, until);
                probe.Show(Spots);
            }
        }
        return Spots();

        Attribution Spots()
        {
            var map = new float[image.Area];
            foreach (var search in searches)
                TensorPrimitives.Add(map, search.Map(), map);
            Scale(map);
            return new Attribution(null, image.Height, image.Width, map).After(searches.Sum(s => s.Done), count);
        }
    }

    /// <summary>How many spots are tried.</summary>
    public static int Count(MethodOptions options) => options.Samples ?? Spots;

    private static void Scale(Span<float> map)
    {
        if (TensorPrimitives.Max<float>(map) is > 0 and var largest)
            TensorPrimitives.Divide(map, largest, map);
    }

    private sealed class Search(InputImage image, double width, int spots)
    {
        private readonly DirectSearch? _direct = spots > 0 ? new DirectSearch([0, 0], [1, 1], spots, Epsilon) : null;
        private readonly float[] _mask = new float[image.Area];
        private readonly List<double> _positions = [];
        private readonly List<double> _gains = [];

        public bool IsFinished => _direct is null or { IsFinished: true };

        public int Done => _gains.Count;

        /// <summary>Tries the next spots; false when time was up before the last of them.</summary>
        public bool Step(Probe probe, Deadline until)
        {
            var positions = _direct!.Candidates.ToArray();
            var scores = probe.EvaluateWithin(new Variants("aise", positions.Length, (i, values) =>
                {
                    Draw(positions, i / 2);
                    if (i % 2 == 1)
                        TensorPrimitives.Subtract(1, _mask, _mask);
                    image.Through(_mask, values);
                }), until);
            var gains = Enumerable.Range(0, scores.Length / 2).Select(i => scores[2 * i] - scores[2 * i + 1]).ToArray();
            _positions.AddRange(positions);
            _gains.AddRange(gains);
            if (gains.Length < positions.Length / 2)
                return false;
            _direct.Tell(gains);
            return true;
        }

        public float[] Map()
        {
            var (map, least) = (new float[image.Area], _gains.DefaultIfEmpty().Min());
            for (var i = 0; i < _gains.Count; i++)
            {
                Draw(_positions, i);
                TensorPrimitives.MultiplyAdd(_mask, (float)(_gains[i] - least), map, map);
            }
            Scale(map);
            return map;
        }

        // Two coordinates a position, and two images: through the spot, and around it.
        private void Draw(IReadOnlyList<double> positions, int spot) =>
            GaussianMask.Fill(positions[2 * spot], positions[2 * spot + 1], width, image.Height, image.Width, _mask);
    }
}
