using System.Numerics.Tensors;

namespace Explain.Engine.Objectives;

/// <summary>Classes by score.</summary>
internal static class Ranking
{
    /// <summary>Class indices, largest score first; equal scores by index.</summary>
    public static int[] Of(ReadOnlySpan<float> scores)
    {
        // Whole numbers sort without a call for each comparison.
        var keys = new ulong[scores.Length];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = (ulong)Descending(scores[i]) << 32 | (uint)i;
        Array.Sort(keys);
        return Array.ConvertAll(keys, k => (int)(uint)k);
    }

    /// <summary>The class of the largest score, of equal ones the first.</summary>
    public static int Best(ReadOnlySpan<float> scores) => TensorPrimitives.IndexOfMax(scores);

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

    // Bits of floats order like whole numbers once those of negative ones are turned round. Adding zero takes its sign.
    private static uint Descending(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value + 0f);
        return (bits & 0x80000000) == 0 ? bits ^ 0x7FFFFFFF : bits;
    }
}
