using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Tests.GradientCheck;
using static Explain.Autodiff.Tests.Operand;

namespace Explain.Autodiff.Tests;

/// <summary>Gradients of activation functions and of the functions of one number.</summary>
public class ActivationRulesTests
{
    private const double Small = 0.01;

    [Fact]
    public void Elu() => Check("Elu", [In(2, 3, 5)], [Of("alpha", 0.7f)], floatStep: Small);

    [Fact]
    public void Celu() => CheckFunction("Celu", x => x > 0 ? x : 0.7f * (Math.Exp(x / 0.7f) - 1), In(2, 3, 5), [Of("alpha", 0.7f)]);

    [Fact]
    public void Selu() => Check("Selu", [In(2, 3, 5)], floatStep: Small);

    [Fact]
    public void SeluOfItsOwnConstants() => Check("Selu", [In(2, 3, 5)], [Of("alpha", 0.5f), Of("gamma", 1.5f)], floatStep: Small);

    [Fact]
    public void ThresholdedRelu() => Check("ThresholdedRelu", [In(2, 3, 5)], [Of("alpha", 0.3f)], floatStep: Small);

    [Fact]
    public void Softsign() => Check("Softsign", [In(2, 3, 5)], floatStep: Small);

    [Fact]
    public void HardSwish() => CheckFunction("HardSwish", x => x * Math.Clamp(x * (1f / 6) + 0.5, 0, 1), Wide(2, 3, 5));

    [Fact]
    public void Mish() => Check("Mish", [In(2, 3, 5)], floatStep: Small);

    [Fact]
    public void SwishOfANewModel() => Check("Swish", [In(2, 3, 5)], [Of("alpha", 1.3f)], opset: 24, floatStep: Small);

    [Fact]
    public void Gelu() => CheckFunction("Gelu", x => x * (1 + ErrorFunction(x / Math.Sqrt(2))) / 2, In(2, 3, 5), opset: 20);

    [Fact]
    public void GeluByATanh() =>
        CheckFunction(
            "Gelu",
            x => x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))) / 2,
            In(2, 3, 5),
            [Of("approximate", "tanh")],
            opset: 20
        );

    [Fact]
    public void Erf() => CheckFunction("Erf", ErrorFunction, In(2, 3, 5));

    [Fact]
    public void Log() => Check("Log", [Positive(2, 3, 5)], floatStep: Small);

    [Fact]
    public void Reciprocal() => Check("Reciprocal", [Positive(2, 3, 5)], floatStep: Small);

    [Fact]
    public void Abs() => Check("Abs", [In(2, 3, 5)], floatStep: Small);

    [Fact]
    public void Sin() => Check("Sin", [In(2, 3, 5)], floatStep: Small);

    [Fact]
    public void Cos() => Check("Cos", [In(2, 3, 5)], floatStep: Small);

    [Fact]
    public void Tan() => CheckFunction("Tan", Math.Tan, Within(2, 3, 5));

    [Fact]
    public void Asin() => CheckFunction("Asin", Math.Asin, Within(2, 3, 5));

    [Fact]
    public void Acos() => CheckFunction("Acos", Math.Acos, Within(2, 3, 5));

    [Fact]
    public void Atan() => CheckFunction("Atan", Math.Atan, In(2, 3, 5));

    [Fact]
    public void Sinh() => CheckFunction("Sinh", Math.Sinh, In(2, 3, 5));

    [Fact]
    public void Cosh() => CheckFunction("Cosh", Math.Cosh, In(2, 3, 5));

    [Fact]
    public void Asinh() => CheckFunction("Asinh", Math.Asinh, In(2, 3, 5));

    [Fact]
    public void Acosh() => CheckFunction("Acosh", Math.Acosh, AboveOne(2, 3, 5));

    [Fact]
    public void Atanh() => CheckFunction("Atanh", Math.Atanh, Within(2, 3, 5));

    [Theory, InlineData(2), InlineData(0.5), InlineData(3), InlineData(-1.5), InlineData(0)]
    public void PowOfAConstantPower(double power) => Check("Pow", [Positive(2, 3, 5), Values([], power)], floatStep: Small);

    [Fact]
    public void PowOfWholePowersOfAnySign() => Check("Pow", [In(2, 3), Values([3], 2, 3, 0)], floatStep: Small);

    [Fact]
    public void PowOfComputedPowers() => Check("Pow", [Positive(2, 3, 4), In(3, 1)], floatStep: Small);

    [Fact]
    public void PowOfZeroToAComputedPowerIsFlat() =>
        Check(
            g =>
                g.Input("x", Tensor.Of([3], 0, 0, 2)).Input("p", Tensor.Of([3], 3, 2.5, 1.5)).Node("Abs", "x", "a").Node("Pow", "a p", "y"),
            floatStep: Small
        );

    [Fact]
    public void PowOfAnInteger() => Check("Pow", [In(2, 3), Ints(2)], floatStep: Small);

    [Theory, MemberData(nameof(GradientRulesTests.Broadcasts), MemberType = typeof(GradientRulesTests))]
    public void Sum(long[] a, long[] b) => Check("Sum", [In(a), In(b), In(b)]);

    [Theory, MemberData(nameof(GradientRulesTests.Broadcasts), MemberType = typeof(GradientRulesTests))]
    public void Mean(long[] a, long[] b) => Check("Mean", [In(a), In(b), In(b)]);

    [Theory, MemberData(nameof(GradientRulesTests.Broadcasts), MemberType = typeof(GradientRulesTests))]
    public void Where(long[] a, long[] b) =>
        Check(
            g => g.Input("a", a).Input("b", b).Weight("zero", Tensor.Of([], 0)).Node("Greater", "b zero", "c").Node("Where", "c a b", "y"),
            least: Known.Ranks,
            floatStep: Small
        );

    [Fact]
    public void CastLike() => Check("CastLike", [In(2, 3), Weight(1)], opset: 19);

    private static Operand Within(params long[] shape) => Between(-0.8, 0.8, shape);

    private static Operand AboveOne(params long[] shape) => Between(1.5, 3, shape);

    private static Operand Wide(params long[] shape) => Between(-5, 5, shape);

    private static Operand Between(double low, double high, long[] shape) =>
        new((g, name) => g.Input(name, Tensor.Spread(shape, low, high, 70)));

    // Abramowitz and Stegun 7.1.5, whose terms fall fast for such numbers.
    private static double ErrorFunction(double x)
    {
        var (sum, term) = (x, x);
        for (var k = 1; k < 60; k++)
        {
            term *= -x * x / k;
            sum += term / (2 * k + 1);
        }
        return sum * 2 / Math.Sqrt(Math.PI);
    }
}
