using Explain.Autodiff.Backpropagation;

namespace Explain.Engine.Objectives;

/// <summary>What the explain graph computes of the class scores, computed here for scores that are already known.</summary>
internal static class ScoreValues
{
    /// <summary>The function of every class score, in double precision.</summary>
    /// <param name="function">Which one.</param>
    /// <param name="scores">[K].</param>
    /// <param name="last">Extent of the last axis, where the scores are one distribution for each position.</param>
    public static double[] Apply(ScoreFunction function, ReadOnlySpan<float> scores, int last = 1)
    {
        var values = new double[scores.Length];
        for (var k = 0; k < values.Length; k++)
            values[k] = scores[k];
        switch (function)
        {
            case ScoreFunction.Logit:
                return values;
            case ScoreFunction.Sigmoid:
                return Array.ConvertAll(values, v => 1 / (1 + Math.Exp(-v)));
            case ScoreFunction.LogSigmoid:
                return Array.ConvertAll(values, v => Math.Min(v, 0) - Math.Log(1 + Math.Exp(-Math.Abs(v))));
            case ScoreFunction.Softmax:
                return Array.ConvertAll(LogSoftmax(values), Math.Exp);
            case ScoreFunction.LogSoftmax:
                return LogSoftmax(values);
            case ScoreFunction.Rest:
                return [.. values.Zip(LogSoftmax(values), (v, log) => v + log)];
            case ScoreFunction.TokenLogSoftmax:
                return [.. values.Chunk(last).SelectMany(LogSoftmax)];
            case ScoreFunction.Direction:
                var length = Math.Sqrt(values.Sum(v => v * v));
                return length == 0 ? values : Array.ConvertAll(values, v => v / length);
            default:
                throw new ArgumentOutOfRangeException(nameof(function), function, null);
        }
    }

    private static double[] LogSoftmax(double[] values)
    {
        var largest = values.Max();
        var normalizer = largest + Math.Log(values.Sum(v => Math.Exp(v - largest)));
        return Array.ConvertAll(values, v => v - normalizer);
    }
}
