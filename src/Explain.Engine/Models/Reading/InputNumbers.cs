using Explain.Autodiff.Rewriting;
using Element = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Engine.Models.Reading;

/// <summary>The numbers of the image's input in the file, n, and those that are fed, <c>(n - Zero) * Scale</c>.</summary>
/// <param name="DataType">Type of n: <c>FP32</c>, <c>UINT8</c>, ….</param>
/// <param name="Scale">What one step of n is.</param>
/// <param name="Zero">The n that stands for 0.</param>
/// <param name="Whole">The least and the largest number that may be fed, where only whole ones may; else null.</param>
public sealed record InputNumbers(string DataType, double Scale, double Zero, (double Low, double High)? Whole)
{
    // Beyond, not every whole number is a float.
    private const double Exact = 1 << 24;

    private static readonly Dictionary<Element, (double Low, double High)> Integers = new()
    {
        [Element.Int8] = (sbyte.MinValue, sbyte.MaxValue),
        [Element.Uint8] = (0, byte.MaxValue),
        [Element.Int16] = (short.MinValue, short.MaxValue),
        [Element.Uint16] = (0, ushort.MaxValue),
        [Element.Int32] = (-Exact, Exact),
        [Element.Uint32] = (0, Exact),
        [Element.Int64] = (-Exact, Exact),
        [Element.Uint64] = (0, Exact),
    };

    /// <summary>Of an input.</summary>
    /// <param name="element">Its type in the file.</param>
    /// <param name="quantized">How its integers are real numbers; null for an input of floats.</param>
    internal static InputNumbers Of(Element element, QuantizedInput? quantized)
    {
        var name = DataTypeNames.Of(element);
        if (quantized is null)
            return new(name, 1, 0, null);
        // Of 8-bit integers the least one is known by its real number; others are their own.
        var zero = element is Element.Int8 or Element.Uint8 ? Integers[element].Low - quantized.Lowest / quantized.Scale : 0;
        // Real numbers behind integers are rounded to the nearest step, as they were when the model was made.
        return new(name, quantized.Scale, zero, quantized.Scale == 1 && zero == 0 ? Integers[element] : null);
    }

    /// <summary>What is fed for numbers of the file's type.</summary>
    /// <param name="numbers">Numbers of a primitive type.</param>
    public float[] Feed(Array numbers) =>
        numbers switch
        {
            float[] same when Scale == 1 && Zero == 0 => same,
            float[] values => Array.ConvertAll(values, v => Fed(v)),
            double[] values => Array.ConvertAll(values, v => Fed(v)),
            sbyte[] values => Array.ConvertAll(values, v => Fed(v)),
            byte[] values => Array.ConvertAll(values, v => Fed(v)),
            short[] values => Array.ConvertAll(values, v => Fed(v)),
            ushort[] values => Array.ConvertAll(values, v => Fed(v)),
            int[] values => Array.ConvertAll(values, v => Fed(v)),
            uint[] values => Array.ConvertAll(values, v => Fed(v)),
            long[] values => Array.ConvertAll(values, v => Fed(v)),
            ulong[] values => Array.ConvertAll(values, v => Fed(v)),
            _ => throw new ArgumentException($"{numbers.GetType().Name} holds no numbers", nameof(numbers)),
        };

    /// <summary>What is wrong with numbers that are to be fed, in words; null when nothing is.</summary>
    public string? WhyNot(ReadOnlySpan<float> fed)
    {
        if (Whole is not var (low, high))
            return null;
        for (var i = 0; i < fed.Length; i++)
        {
            if (fed[i] >= low && fed[i] <= high && fed[i] == MathF.Truncate(fed[i]))
                continue;
            return FormattableString.Invariant($"is {DataType}, and value {i} is {fed[i]}; allowed are whole numbers from {low} to {high}");
        }
        return null;
    }

    private float Fed(double number) => (float)((number - Zero) * Scale);
}
