using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Backpropagation;

/// <summary>Appends the functions of the scores that are differentiated.</summary>
internal static class ScoreFunctions
{
    private const double LeastSquare = 1e-24;

    /// <summary>The function of scores, shaped like them: [N, K], or with <see cref="GradientQuery.Dense"/> any shape.</summary>
    public static Value Apply(ScoreFunction function, Value scores)
    {
        var result = function switch
        {
            ScoreFunction.Softmax => Emit("Softmax", [scores], Of("axis", 1)),
            ScoreFunction.LogSoftmax => Emit("LogSoftmax", [scores], Of("axis", 1)),
            ScoreFunction.Sigmoid => Emit("Sigmoid", [scores]),
            ScoreFunction.TokenLogSoftmax => Emit("LogSoftmax", [scores], Of("axis", -1)),
            ScoreFunction.Direction => Direction(scores),
            ScoreFunction.Rest => scores + Apply(ScoreFunction.LogSoftmax, scores),
            _ => -Emit("Softplus", [-scores]),
        };
        if (scores.Type is { } type)
            scores.Graph.Declare(result.Name, type);
        return result;
    }

    private static Value Direction(Value scores)
    {
        var items = Emit("Flatten", [scores], Of("axis", 1));
        // Far below the square of any length that means something, it keeps an item of zeros from becoming not a number.
        return ReshapeLike(items / Emit("Sqrt", [Sum(items * items, 1) + LeastSquare]), scores);
    }
}
