using System.Numerics.Tensors;

namespace Explain.Engine.Methods.Layers;

/// <summary>The formulas of the methods that combine feature maps and gradients.</summary>
internal static class GradientFormulas
{
    /// <summary>α = mean G (Grad-CAM).</summary>
    public static float Mean(in Channel c) => TensorPrimitives.Sum(c.Gradient) / c.Gradient.Length;

    /// <summary>α = Σ G·A / ΣA (XGrad-CAM); 0 for a feature map that sums to 0.</summary>
    public static float XGrad(in Channel c) =>
        TensorPrimitives.Sum(c.Activation) is var sum && sum == 0 ? 0 : TensorPrimitives.Dot(c.Gradient, c.Activation) / sum;

    /// <summary>XGrad-CAM with pytorch-grad-cam's 1e-7 in the divisor.</summary>
    public static float XGradPytorch(in Channel c) =>
        TensorPrimitives.Dot(c.Gradient, c.Activation) / (TensorPrimitives.Sum(c.Activation) + 1e-7f);

    /// <summary>XGrad-CAM with torch-cam's 1e-8 in the divisor.</summary>
    public static float XGradTorch(in Channel c) =>
        TensorPrimitives.Dot(c.Gradient, c.Activation) / (TensorPrimitives.Sum(c.Activation) + 1e-8f);

    /// <summary>
    /// α = Σ relu(G) · G² / (2 G² + ΣA · G³) (Grad-CAM++): G² cancels, so positions count however small their gradient is.
    /// </summary>
    public static float PlusPlus(in Channel c)
    {
        var (sum, weight) = (TensorPrimitives.Sum(c.Activation), 0.0);
        foreach (var g in c.Gradient)
        {
            var denominator = 2 + (double)sum * g;
            if (g > 0 && denominator != 0)
                weight += g / denominator;
        }
        return (float)weight;
    }

    /// <summary>Grad-CAM++ with pytorch-grad-cam's 1e-6 in the divisor, which outweighs small gradients.</summary>
    public static float PlusPlusPytorch(in Channel c)
    {
        // A position without gradient contributes 0 / ε = 0.
        var squared = c.Scratch;
        var alpha = c.Scratch2;
        TensorPrimitives.Multiply(c.Gradient, c.Gradient, squared);
        TensorPrimitives.Multiply(c.Gradient, TensorPrimitives.Sum(c.Activation), alpha);
        TensorPrimitives.Add(alpha, 2f, alpha);
        TensorPrimitives.Multiply(alpha, squared, alpha);
        TensorPrimitives.Add(alpha, 1e-6f, alpha);
        TensorPrimitives.Divide(squared, alpha, alpha);
        TensorPrimitives.Max(c.Gradient, 0f, squared);
        return TensorPrimitives.Dot(alpha, squared);
    }

    /// <summary>torch-cam's Grad-CAM++: its division goes into a copy that nobody reads, so what it computes is Σ relu(G)³.</summary>
    public static float PlusPlusTorch(in Channel c)
    {
        var weight = 0.0;
        foreach (var g in c.Gradient)
        {
            if (g > 0)
                weight += (double)g * g * g;
        }

        return (float)weight;
    }

    /// <summary>G·A (HiResCAM).</summary>
    public static void Product(in Channel c, Span<float> map) => TensorPrimitives.MultiplyAdd(c.Activation, c.Gradient, map, map);

    /// <summary>relu(G·A) (element-wise Grad-CAM).</summary>
    public static void PositiveProduct(in Channel c, Span<float> map)
    {
        TensorPrimitives.Multiply(c.Activation, c.Gradient, c.Scratch);
        TensorPrimitives.Max(c.Scratch, 0f, c.Scratch);
        TensorPrimitives.Add(map, c.Scratch, map);
    }

    /// <summary>relu(G)·A (LayerCAM).</summary>
    public static void PositiveGradient(in Channel c, Span<float> map)
    {
        TensorPrimitives.Max(c.Gradient, 0f, c.Scratch);
        TensorPrimitives.MultiplyAdd(c.Activation, c.Scratch, map, map);
    }
}
