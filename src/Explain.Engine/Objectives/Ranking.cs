using System.Numerics.Tensors;

namespace Explain.Engine.Objectives;

/// <summary>Classes by score.</summary>
internal static class Ranking
{
    /// <summary>Class indices, largest score first; equal scores by index.</summary>
    public static int[] Of(ReadOnlySpan<float> scores)
    {
        var keys = scores.ToArray();
        var order = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(order, (a, b) => keys[a] != keys[b] ? keys[b].CompareTo(keys[a]) : a - b);
        return order;
    }

    /// <summary>Scores as probabilities.</summary>
    /// <param name="logits">Class scores.</param>
    /// <param name="activation"><c>softmax</c>, <c>sigmoid</c> or <c>none</c>.</param>
    /// <returns>One a class; null where the scores are none.</returns>
    public static float[]? Probabilities(ReadOnlySpan<float> logits, string activation)
    {
        var result = new float[logits.Length];
        switch (activation)
        {
            case "softmax":
                TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), result);
                TensorPrimitives.SoftMax<float>(result, result);
                return result;
            case "sigmoid":
                TensorPrimitives.Sigmoid(logits, result);
                return result;
            default:
                return null;
        }
    }
}
