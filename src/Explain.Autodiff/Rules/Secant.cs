using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>What stands in the place of derivatives where values of two passes are compared.</summary>
internal static class Secant
{
    // Where an input hardly differs, rounding decides the quotient; the derivative is its limit.
    private const double Least = 1e-6;

    // Where tanh x / x is 1 in single precision.
    private const double Flat = 1e-4;

    /// <summary>Whether a value differs between the passes.</summary>
    public static bool Varies(Value x) => SecondPass.Of(x) != x;

    /// <summary>How much it differs. Of quantised values in steps of the integer, as their cotangents are.</summary>
    public static Value Difference(Value x) => Like(Real(x) - Real(SecondPass.Of(x)), x);

    /// <summary>Δy / Δx of a function f of each number.</summary>
    /// <param name="x">The number.</param>
    /// <param name="function">f of a number of either pass.</param>
    /// <param name="derivative">Its derivative in the first.</param>
    public static Value Of(Value x, Func<Value, Value> function, Value derivative) =>
        OverDifference(x, function(x) - function(SecondPass.Of(x)), derivative);

    /// <summary>A change divided by that of a value; the gradient where the value hardly differs.</summary>
    public static Value OverDifference(Value x, Value change, Value gradient)
    {
        var difference = Difference(x);
        var near = Emit("Less", [Emit("Abs", [difference]), difference.Scalar(Least)]).As(DataType.Bool);
        return Emit("Where", [near, gradient, change / Where(near, difference.Scalar(1), difference)]).As(gradient.Element);
    }

    /// <summary>The mean of a value's two.</summary>
    public static Value Middle(Value x) => Varies(x) ? Middle(x, SecondPass.Of(x)) : x;

    /// <summary>The mean of two values.</summary>
    public static Value Middle(Value a, Value b) => Like((a + b) * 0.5, a);

    /// <summary>
    /// The logarithmic mean (p - p') / (ln p - ln p') = (p + p') / 2 · tanh(d) / d with d = (ln p - ln p') / 2, of numbers whose logarithms
    /// are given; 0 where both are 0.
    /// </summary>
    public static Value LogarithmicMean(Value logarithm, Value other)
    {
        var total = Emit("Exp", [logarithm]) + Emit("Exp", [other]);
        var half = (logarithm - other) * 0.5;
        var near = Emit("Less", [Emit("Abs", [half]), half.Scalar(Flat)]).As(DataType.Bool);
        var ratio = Where(near, half.Scalar(1), Emit("Tanh", [half]) / Where(near, half.Scalar(1), half));
        return Where(IsZero(total), total.Scalar(0), total * ratio * 0.5);
    }

    /// <summary>A value as a floating-point number.</summary>
    public static Value Real(Value x) => new TensorType(x.Element, null).IsFloat ? x : Like(Cast(x, DataType.Float), x);

    /// <summary>The same value, known to have the shape of another.</summary>
    public static Value Like(Value value, Value like)
    {
        if (like.Type is { } type)
            value.Graph.Declare(value.Name, type with { Element = value.Element });
        return value;
    }
}
