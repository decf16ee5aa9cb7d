using Explain.Engine.Vocabulary;

namespace Explain.Engine.Models.Reading;

/// <summary>The class scores of one item, ranked and with probabilities.</summary>
internal sealed class ClassScores
{
    private readonly ModelDescription _model;
    private readonly float[] _logits;
    private readonly float[]? _probabilities;

    public ClassScores(ModelDescription model, ReadOnlySpan<float> logits)
    {
        _model = model;
        _logits = logits.ToArray();
        _probabilities = Objectives.Ranking.Probabilities(logits, model.Activation);
        Ranking = Objectives.Ranking.Of(logits);
    }

    /// <summary>Class indices, best first.</summary>
    public int[] Ranking { get; }

    /// <summary>One a class; the scores themselves where they are no logits.</summary>
    public IReadOnlyList<float> Probabilities => _probabilities ?? _logits;

    /// <summary>One class.</summary>
    public Prediction Of(int index) =>
        new(index, index < _model.Labels.Count ? _model.Labels[index] : null, _logits[index], _probabilities?[index]);

    /// <summary>The best classes, best first.</summary>
    public IReadOnlyList<Prediction> Top(int count) => [.. Ranking.Take(count).Select(Of)];
}
