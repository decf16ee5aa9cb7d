using System.Numerics.Tensors;

namespace Explain.Engine.Methods;

/// <summary>The formulas of the methods that combine feature maps and gradients.</summary>
internal static class GradientFormulas
{
    // The constants are those of the reference implementation the maps are compared with (pytorch-grad-cam).
    private const float PlusPlusEpsilon = 1e-6f;
    private const float XGradEpsilon = 1e-7f;

    /// <summary>α = mean G (Grad-CAM).</summary>
    public static float Mean(in Channel c) => TensorPrimitives.Sum(c.Gradient) / c.Gradient.Length;

    /// <summary>α = Σ G·A / ΣA (XGrad-CAM).</summary>
    public static float XGrad(in Channel c) => TensorPrimitives.Dot(c.Gradient, c.Activation) / (TensorPrimitives.Sum(c.Activation) + XGradEpsilon);

    /// <summary>α = Σ relu(G) · G² / (2 G² + ΣA · G³ + ε) (Grad-CAM++).</summary>
    public static float PlusPlus(in Channel c)
    {
        // A place without gradient contributes 0 / ε = 0.
        var squared = c.Scratch;
        var alpha = c.Scratch2;
        TensorPrimitives.Multiply(c.Gradient, c.Gradient, squared);
        TensorPrimitives.Multiply(c.Gradient, TensorPrimitives.Sum(c.Activation), alpha);
        TensorPrimitives.Add(alpha, 2f, alpha);
        TensorPrimitives.Multiply(alpha, squared, alpha);
        TensorPrimitives.Add(alpha, PlusPlusEpsilon, alpha);
        TensorPrimitives.Divide(squared, alpha, alpha);
        TensorPrimitives.Max(c.Gradient, 0f, squared);
        return TensorPrimitives.Dot(alpha, squared);
    }

    /// <summary>G·A (HiResCAM).</summary>
    public static void Product(in Channel c, Span<float> map) => TensorPrimitives.MultiplyAdd(c.Activation, c.Gradient, map, map);

    /// <summary>relu(G)·A (LayerCAM).</summary>
    public static void PositiveGradient(in Channel c, Span<float> map)
    {
        TensorPrimitives.Max(c.Gradient, 0f, c.Scratch);
        TensorPrimitives.MultiplyAdd(c.Activation, c.Scratch, map, map);
    }
}
