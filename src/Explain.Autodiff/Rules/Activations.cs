using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rules;

/// <summary>Derivatives of activation functions that are more than a term or two.</summary>
internal static class Activations
{
    private const double SeluAlpha = 1.67326319217681884765625;
    private const double SeluGamma = 1.05070102214813232421875;
    private const double FastGeluCubic = 0.044715;

    // What com.microsoft's approximations of a Gelu scale by.
    private const double QuickGeluSlope = 1.702;

    /// <summary>1 above 0, the leak below.</summary>
    public static Value LeakyRelu(Forward n) => Step(n.X) * (1.0 - Leak(n)) + Leak(n);

    /// <summary>The slope of a leaky ReLU below 0.</summary>
    public static float Leak(Forward n) => n.Float("alpha", 0.01f);

    /// <summary>x above 0, α (eˣ - 1) below: 1 and y + α.</summary>
    public static Value Elu(Forward n) => Below(n, n.Y + n.Float("alpha", 1));

    /// <summary>As Elu with α (e^(x/α) - 1): 1 and y / α + 1.</summary>
    public static Value Celu(Forward n) => Below(n, n.Y * (1.0 / n.Float("alpha", 1)) + 1);

    /// <summary>γ times Elu: γ and y + γ α.</summary>
    public static Value Selu(Forward n)
    {
        var (gamma, alpha) = (n.Float("gamma", (float)SeluGamma), n.Float("alpha", (float)SeluAlpha));
        var above = Step(n.X);
        return above * gamma + (1 - above) * (n.Y + (double)gamma * alpha);
    }

    /// <summary>1 / (1 + |x|)².</summary>
    public static Value Softsign(Forward n)
    {
        var fall = Emit("Reciprocal", [Emit("Abs", [n.X]) + 1]);
        return fall * fall;
    }

    /// <summary>x times a hard sigmoid h of slope 1/6: h + x/6 where h neither starts nor ends.</summary>
    public static Value HardSwish(Forward n)
    {
        var gate = Emit("HardSigmoid", [n.X], Attributes.Of("alpha", 1f / 6), Attributes.Of("beta", 0.5f));
        return gate + n.X * (1f / 6) * Step(gate) * Step(1 - gate);
    }

    /// <summary>x tanh(softplus x): t + x (1 - t²) σ(x).</summary>
    public static Value Mish(Forward n)
    {
        var t = Emit("Tanh", [Emit("Softplus", [n.X])]);
        return t + n.X * (1 - t * t) * Emit("Sigmoid", [n.X]);
    }

    /// <summary>x σ(α x): s + α x s (1 - s).</summary>
    public static Value Swish(Forward n) => Swish(n.X, n.Float("alpha", 1));

    /// <summary>x σ(1.702 x), unless it says otherwise.</summary>
    public static Value QuickGelu(Forward n) => Swish(n.X, n.Float("alpha", (float)QuickGeluSlope));

    /// <summary>x Φ(x): Φ + x φ; or its approximation by a tanh.</summary>
    public static Value Gelu(Forward n) => n.Node.String("approximate", "none") == "tanh" ? TanhGelu(n.X) : Gelu(n.X);

    /// <summary>The derivative of x Φ(x).</summary>
    public static Value Gelu(Value x)
    {
        var distribution = (Emit("Erf", [x * (1 / Math.Sqrt(2))]) + 1) * 0.5;
        return distribution + x * Emit("Exp", [x * x * -0.5]) * (1 / Math.Sqrt(2 * Math.PI));
    }

    /// <summary>The derivative of x (1 + tanh u) / 2 with u = √(2/π) (x + 0.044715 x³).</summary>
    public static Value TanhGelu(Value x)
    {
        var scale = Math.Sqrt(2 / Math.PI);
        var square = x * x;
        var t = Emit("Tanh", [x * scale * (square * FastGeluCubic + 1)]);
        return (t + 1) * 0.5 + x * 0.5 * (1 - t * t) * (square * (3 * FastGeluCubic) + 1) * scale;
    }

    /// <summary>1 beyond λ on either side, 0 between.</summary>
    public static Value Shrink(Forward n)
    {
        var lambda = n.Float("lambd", 0.5f);
        return Emit("Max", [Step(n.X - lambda), Step(-n.X - lambda)]);
    }

    /// <summary>aᵇ by a, b aᵇ⁻¹, and by b, aᵇ ln a; a power of 0 is flat.</summary>
    public static Value?[] Pow(Forward n, Value dy)
    {
        var (x, power) = (n[0], Cast(n[1], n.X.Element));
        var byBase = Tensors.ReadFloats(n.Graph.Constant(n.Node.Input[1])) switch
        {
            [2] => dy * (x + x),
            [0.5f] => dy * 0.5 / n.Y,
            [var constant] when constant != 0 => dy * Emit("Pow", [x, power + -1]) * constant,
            _ => dy * Where(IsZero(power), x.Scalar(0), power * Emit("Pow", [x, power + -1])),
        };
        return
        [
            byBase,
            n.Graph.Constant(n.Node.Input[1]) is null && n[1].Element == x.Element
                ? dy * Where(IsZero(x), x.Scalar(0), n.Y * Emit("Log", [x]))
                : null,
        ];
    }

    private static Value Swish(Value x, double alpha)
    {
        var s = Emit("Sigmoid", [x * alpha]);
        return s + x * alpha * s * (1 - s);
    }

    private static Value Below(Forward n, Value below)
    {
        var above = Step(n.X);
        return above + (1 - above) * below;
    }
}
