using Explain.Autodiff.Backpropagation;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Objectives;

/// <summary>Which scalar is explained: a weighted sum of the target's score and perhaps one other's.</summary>
/// <param name="Name">As in the API.</param>
/// <param name="Function">What of the class scores is differentiated.</param>
/// <param name="Weight">Factor of the target's score.</param>
/// <param name="Against">Class whose score is subtracted; null for none.</param>
internal sealed record Score(string Name, ScoreFunction Function, float Weight, Target? Against)
{
    /// <summary>The class score itself.</summary>
    public static readonly Score Logit = new("logit", ScoreFunction.Logit, 1, null);

    private const string Contrast = "contrast:";

    /// <summary>Reads the <c>score</c> parameter.</summary>
    /// <param name="text"><c>logit</c>, <c>probability</c>, <c>log-probability</c>, <c>rest</c> (logit and log-probability together),
    /// <c>contrast:CLASS</c> or <c>counterfactual</c>.</param>
    /// <param name="activation">The model's: <c>softmax</c>, <c>sigmoid</c> or <c>none</c>.</param>
    /// <param name="classes">Reads the class of a contrast.</param>
    /// <exception cref="ExplainException">Unknown score, or one that the model's output does not have.</exception>
    public static Score Parse(string text, string activation, TargetParser classes) =>
        text switch
        {
            "logit" => Logit,
            "counterfactual" => new Score(text, ScoreFunction.Logit, -1, null),
            "probability" => new Score(text, Probability(activation, ScoreFunction.Softmax, ScoreFunction.Sigmoid), 1, null),
            "log-probability" => new Score(text, Probability(activation, ScoreFunction.LogSoftmax, ScoreFunction.LogSigmoid), 1, null),
            "rest" => activation == "softmax"
                ? new Score(text, ScoreFunction.Rest, 1, null)
                : throw Invalid("rest adds the logarithm of a softmax, which the model's outputs are not made for (output.activation)"),
            _ when text.StartsWith(Contrast, StringComparison.Ordinal) => new Score(
                text,
                ScoreFunction.Logit,
                1,
                classes.ParseOne(text[Contrast.Length..])
            ),
            _ => throw Invalid(
                $"'{text}' is not a score; allowed: logit, probability, log-probability, rest, contrast:CLASS, counterfactual"
            ),
        };

    private static ScoreFunction Probability(string activation, ScoreFunction softmax, ScoreFunction sigmoid) =>
        activation switch
        {
            "softmax" => softmax,
            "sigmoid" => sigmoid,
            _ => throw Invalid(
                "the model's outputs are no probabilities (output.activation is none); allowed: logit, contrast:CLASS, counterfactual"
            ),
        };

    private static ExplainException Invalid(string message) => ExplainException.Parameter("score", message);
}
