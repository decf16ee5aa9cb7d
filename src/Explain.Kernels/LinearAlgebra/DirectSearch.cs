namespace Explain.Kernels.LinearAlgebra;

/// <summary>
/// Finds the maximum of a function over a box without gradients and without chance: DIRECT (Jones, Perttunen and Stuckman 1993), which
/// AISE places its kernels by. Asks for values in batches and is told them.
/// </summary>
/// <example>
/// <code>
/// var search = new DirectSearch([0, 0], [1, 1], evaluations: 100);
/// while (!search.IsFinished)
///     search.Tell(Evaluate(search.Candidates));
/// </code>
/// </example>
/// <remarks>
/// The box is cut into boxes of a third the side, always those that could hold the maximum for some Lipschitz constant; of boxes of one
/// size with equal values, the oldest. One batch is all new centres of one round: 1, then 2 * dimensions, then as many as it takes. The
/// last batch is cut short so that the budget is met exactly. The same values give the same candidates.
/// </remarks>
public sealed class DirectSearch
{
    private readonly double[] _lower,
        _upper;
    private readonly double _epsilon;
    private readonly List<Box> _boxes = [];
    private readonly List<Box> _asked = [];
    private int _evaluationsLeft;
    private double[] _candidates = [];
    private List<Box> _splitting = [];

    /// <summary>Starts a search; its first candidate is the middle of the box.</summary>
    /// <param name="lower">[dimensions], finite; one dimension or more.</param>
    /// <param name="upper">[dimensions], each above the lower limit, finite.</param>
    /// <param name="evaluations">How many values are asked for in all, one or more.</param>
    /// <param name="epsilon">A box must promise a gain of this share of the best value, zero or more: 1e-4 in the paper, 0.1 in
    /// AISE.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a number is outside its range.</exception>
    public DirectSearch(ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, int evaluations, double epsilon = 1e-4)
    {
        Require.SameLength(lower.Length, upper.Length, nameof(upper));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(evaluations);
        if (!(epsilon >= 0 && double.IsFinite(epsilon)))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "Zero or more was expected.");
        if (lower.IsEmpty)
            throw new ArgumentException("A box needs one dimension or more.", nameof(lower));
        for (var i = 0; i < lower.Length; i++)
        {
            if (!(lower[i] < upper[i] && double.IsFinite(lower[i]) && double.IsFinite(upper[i])))
                throw new ArgumentException($"{lower[i]} and {upper[i]} are no limits of a box.", nameof(upper));
        }

        (_lower, _upper, _evaluationsLeft, _epsilon) = (lower.ToArray(), upper.ToArray(), evaluations, epsilon);
        var center = new double[Dimensions];
        Array.Fill(center, 0.5);
        Ask([new Box(center, new int[Dimensions])]);
    }

    /// <summary>Number of coordinates of a point.</summary>
    public int Dimensions => _lower.Length;

    /// <summary>Whether every value of the budget has been told; there are no candidates then.</summary>
    public bool IsFinished => _candidates.Length == 0;

    /// <summary>The points whose values are wanted next, row-major [count, dimensions], inside the box.</summary>
    public ReadOnlySpan<double> Candidates => _candidates;

    /// <summary>The largest value so far; negative infinity before the first.</summary>
    public double BestValue { get; private set; } = double.NegativeInfinity;

    /// <summary>Takes the values of the candidates and chooses the next ones.</summary>
    /// <param name="values">One finite value a candidate, in their order.</param>
    /// <exception cref="ArgumentException">There are more or fewer values than candidates, or one is not finite.</exception>
    public void Tell(ReadOnlySpan<double> values)
    {
        Require.SameLength(_asked.Count, values.Length, nameof(values));
        foreach (var value in values)
        {
            if (!double.IsFinite(value))
                throw new ArgumentException($"{value} is no value to be compared.", nameof(values));
        }

        for (var i = 0; i < values.Length; i++)
        {
            _asked[i].Value = values[i];
            BestValue = Math.Max(BestValue, values[i]);
        }
        if (_evaluationsLeft == 0)
        {
            Ask([]);
            return;
        }

        foreach (var box in _splitting)
            box.Split();
        _boxes.AddRange(_asked);
        _splitting = PotentiallyOptimal();
        Ask([.. _splitting.SelectMany(box => box.Sample())]);
    }

    private void Ask(IReadOnlyList<Box> boxes)
    {
        _asked.Clear();
        _asked.AddRange(boxes.Take(_evaluationsLeft));
        _evaluationsLeft -= _asked.Count;
        _candidates = new double[_asked.Count * Dimensions];
        for (var i = 0; i < _candidates.Length; i++)
        {
            var (share, axis) = (_asked[i / Dimensions].Center[i % Dimensions], i % Dimensions);
            _candidates[i] = _lower[axis] + share * (_upper[axis] - _lower[axis]);
        }
    }

    /// <summary>
    /// Definition 4.1 of the paper, for a maximum: the upper right hull of value over size, less the part too near to the best value.
    /// </summary>
    private List<Box> PotentiallyOptimal()
    {
        // MaxBy takes the first of equals, which is the oldest: the list is in the order of creation.
        var largest = _boxes.GroupBy(box => box.Size).Select(sizes => sizes.MaxBy(box => box.Value)!).OrderBy(box => box.Size).ToList();
        return
        [
            .. largest.Where(
                (box, i) =>
                {
                    var least = largest
                        .Take(i)
                        .Select(smaller => (smaller.Value - box.Value) / (box.Size - smaller.Size))
                        .DefaultIfEmpty(0)
                        .Max();
                    var most = largest
                        .Skip(i + 1)
                        .Select(larger => (box.Value - larger.Value) / (larger.Size - box.Size))
                        .DefaultIfEmpty(double.PositiveInfinity)
                        .Min();
                    return most > 0 && least <= most && box.Value + most * box.Size >= BestValue + _epsilon * Math.Abs(BestValue);
                }
            ),
        ];
    }

    /// <summary>A part of the unit cube with the value at its centre; its side along an axis is 3^-cuts.</summary>
    private sealed class Box(double[] center, int[] cuts)
    {
        private List<(int Axis, Box Below, Box Above)> _samples = [];

        public double[] Center => center;

        public double Value { get; set; }

        /// <summary>Half the diagonal, the same bits for the same sides in any order.</summary>
        public double Size { get; private set; } = HalfDiagonal(cuts);

        /// <summary>Two new boxes a third of the side away from the centre, along each of the longest sides.</summary>
        public IEnumerable<Box> Sample()
        {
            var least = cuts.Min();
            _samples =
            [
                .. Enumerable
                    .Range(0, cuts.Length)
                    .Where(axis => cuts[axis] == least)
                    .Select(axis => (axis, Beside(axis, -Side(least + 1)), Beside(axis, Side(least + 1)))),
            ];
            return _samples.SelectMany(sample => new[] { sample.Below, sample.Above });
        }

        /// <summary>Cuts first along the axis with the best sample, so that the best samples keep the largest boxes.</summary>
        public void Split()
        {
            foreach (var (axis, below, above) in _samples.OrderByDescending(sample => Math.Max(sample.Below.Value, sample.Above.Value)))
            {
                cuts[axis]++;
                below.CutLike(cuts);
                above.CutLike(cuts);
            }
            Size = HalfDiagonal(cuts);
            _samples.Clear();
        }

        private void CutLike(int[] other)
        {
            other.CopyTo(cuts, 0);
            Size = HalfDiagonal(cuts);
        }

        private Box Beside(int axis, double offset)
        {
            var moved = (double[])center.Clone();
            moved[axis] += offset;
            return new Box(moved, (int[])cuts.Clone());
        }

        private static double HalfDiagonal(int[] cuts) => Math.Sqrt(cuts.Order().Sum(count => Side(count) * Side(count))) / 2;

        /// <summary>Divisions round alike everywhere, the platform's power function may not.</summary>
        private static double Side(int cuts)
        {
            var side = 1.0;
            for (var i = 0; i < cuts; i++)
                side /= 3;
            return side;
        }
    }
}
