using Explain.Engine.Methods.Perturbation;
using Explain.Engine.Methods.Probing;
using Explain.Kernels.Sampling;

namespace Explain.Engine.Measures;

/// <summary>A map, its image, and what the model says to pictures that are made of both.</summary>
internal sealed class Measurement
{
    private readonly Dictionary<Pictures, (double[] Scores, double[] Explained)> _shown = [];

    /// <summary>The map.</summary>
    public required MeasuredMap Map { get; init; }

    /// <summary>How it is measured.</summary>
    public required MeasureConvention Convention { get; init; }

    /// <summary>The image as values of the model's input.</summary>
    public required float[] Input { get; init; }

    /// <summary>The image.</summary>
    public required InputImage Image { get; init; }

    /// <summary>What is there where the image is hidden, shaped like it.</summary>
    public required float[] Behind { get; init; }

    /// <summary>The request's seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Explains other values of the input as the image was.</summary>
    public required Func<float[], MeasuredMap> Explain { get; init; }

    /// <summary>Whether the score is a probability.</summary>
    public required bool OfProbability { get; init; }

    /// <summary>The score of the image.</summary>
    public required double Score { get; init; }

    /// <summary>What was explained, of the image.</summary>
    public required double Value { get; init; }

    /// <summary>The pixels, the most important first; of equal values the first comes first.</summary>
    public int[] Order => field ??= [.. Enumerable.Range(0, Map.Heat.Length).OrderByDescending(i => Map.Heat[i])];

    /// <summary>Scores of pictures.</summary>
    public ReadOnlySpan<double> Scores(Pictures pictures) => _shown[pictures].Scores;

    /// <summary>What was explained, of pictures.</summary>
    public ReadOnlySpan<double> Explained(Pictures pictures) => _shown[pictures].Explained;

    /// <summary>Maps of pictures, each explained when its turn comes.</summary>
    public IEnumerable<MeasuredMap> Again(Pictures pictures) =>
        Enumerable
            .Range(0, CountOf(pictures))
            .Select(i =>
            {
                var values = new float[Input.Length];
                pictures.Fill(this, i, values);
                return Explain(values);
            });

    /// <summary>A stream of the request's seed.</summary>
    public RandomStream Random(ulong stream) => new(unchecked((ulong)Seed), stream);

    /// <summary>Shows kinds of pictures to the model, all of them together.</summary>
    /// <param name="kinds">The kinds.</param>
    /// <param name="scored">Has the score in its first round, and what was explained in its second.</param>
    public void Show(IReadOnlyList<Pictures> kinds, Study scored)
    {
        int[] ends = [0, .. kinds.Select((_, k) => kinds.Take(k + 1).Sum(CountOf))];
        var variants = new Variants("faithfulness", ends[^1], (i, values) =>
        {
            var kind = Array.FindLastIndex(ends, start => start <= i);
            kinds[kind].Fill(this, i - ends[kind], values);
        }) { AllOrNothing = true };
        var values = scored.Respond(0, null, variants);
        for (var k = 0; k < kinds.Count; k++)
            _shown[kinds[k]] = (values[0][ends[k]..ends[k + 1]], values[1][ends[k]..ends[k + 1]]);
    }

    private int CountOf(Pictures pictures) => pictures.Count(Convention, Map.Heat.Length);
}
