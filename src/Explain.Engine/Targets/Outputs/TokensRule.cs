using Explain.Autodiff.Backpropagation;
using Explain.Engine.Models;
using Explain.Engine.Objectives;

namespace Explain.Engine.Targets.Outputs;

/// <summary>
/// The sum of the log-probabilities of chosen tokens, one for each position from <paramref name="from"/> on: how likely a model finds a
/// caption.
/// </summary>
/// <param name="tokens">Places in the vocabulary.</param>
/// <param name="from">Position of the first.</param>
internal sealed class TokensRule(long[] tokens, long from) : IOutputRule
{
    /// <inheritdoc/>
    public ScoreFunction Function => ScoreFunction.TokenLogSoftmax;

    /// <inheritdoc/>
    public void Check(OutputAxes axes)
    {
        if (axes.Extents.Count is not (1 or 2))
            throw OutputAxes.Invalid($"tokens need an output of positions and a vocabulary; {axes.Text}");
        var (positions, vocabulary) = (axes.Extents.Count == 1 ? 1 : axes.Extents[0], axes.Extents[^1]);
        if (positions >= 0 && from + tokens.Length > positions)
        {
            throw OutputAxes.OutOfRange(
                $"{tokens.Length} tokens from position {from} on do not fit: {axes.Text}, which has {positions} positions"
            );
        }

        if (vocabulary >= 0 && tokens.FirstOrDefault(t => t >= vocabulary, -1) is >= 0 and var wrong)
            throw OutputAxes.OutOfRange($"token {wrong} does not exist: {axes.Text}; the vocabulary is 0 to {vocabulary - 1}");
    }

    /// <inheritdoc/>
    public OutputScalar Make(OutputAxes axes, ReadOnlySpan<float> values, Model model)
    {
        Check(axes);
        var cotangent = new float[values.Length];
        for (var i = 0; i < tokens.Length; i++)
            cotangent[(from + i) * axes.Extents[^1] + tokens[i]] = 1;
        return new OutputScalar(cotangent, new OutputFacts(axes.Output, 0) { Tokens = tokens });
    }
}
