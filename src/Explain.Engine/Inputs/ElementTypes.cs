using System.Numerics;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Inputs;

/// <summary>A type of numbers that a model's input may have.</summary>
/// <param name="Convert">Makes values of this type; throws <see cref="FormatException"/> where one cannot be.</param>
/// <param name="Wrap">Hands values of this type to ONNX Runtime, without a copy.</param>
internal sealed record ElementType(Func<Array, Array> Convert, Func<Array, long[], OrtValue> Wrap);

/// <summary>The types of inputs by their names in the Open Inference Protocol.</summary>
internal static class ElementTypes
{
    // csharpier-ignore
    private static readonly Dictionary<string, ElementType> Table = new()
    {
        ["FP32"] = Numbers<float>(whole: false),
        ["FP64"] = Numbers<double>(whole: false),
        ["FP16"] = Of<Float16>(value => (Float16)Number<float>(value, whole: false)),
        ["INT64"] = Numbers<long>(whole: true),
        ["INT32"] = Numbers<int>(whole: true),
        ["INT16"] = Numbers<short>(whole: true),
        ["INT8"] = Numbers<sbyte>(whole: true),
        ["UINT64"] = Numbers<ulong>(whole: true),
        ["UINT32"] = Numbers<uint>(whole: true),
        ["UINT16"] = Numbers<ushort>(whole: true),
        ["UINT8"] = Numbers<byte>(whole: true),
        ["BOOL"] = Of(Truth),
    };

    /// <summary>The type of a name, or null when no value of it can be fed.</summary>
    public static ElementType? Find(string name) => Table.GetValueOrDefault(name);

    private static ElementType Numbers<T>(bool whole)
        where T : unmanaged, INumber<T> =>
        Of(value => Number<T>(value, whole)) with
        {
            Convert = values => values is T[] own && Array.TrueForAll(own, T.IsFinite) ? own : Each(values, v => Number<T>(v, whole)),
        };

    private static ElementType Of<T>(Func<object, T> read)
        where T : unmanaged =>
        new(values => values as T[] ?? Each(values, read), (values, shape) => OrtValue.CreateTensorValueFromMemory((T[])values, shape));

    private static T[] Each<T>(Array values, Func<object, T> read) => [.. values.Cast<object>().Select(read)];

    private static T Number<T>(object value, bool whole)
        where T : INumber<T>
    {
        try
        {
            return value switch
            {
                float or double when Convert.ToDouble(value) is var real => double.IsFinite(real) && (!whole || double.IsInteger(real))
                    ? T.CreateChecked(real)
                    : throw Wrong(value, whole),
                bool truth => truth ? T.One : T.Zero,
                ulong large => T.CreateChecked(large),
                _ => T.CreateChecked(Convert.ToInt64(value)),
            };
        }
        catch (OverflowException)
        {
            throw Wrong(value, whole);
        }
    }

    private static bool Truth(object value) =>
        value switch
        {
            bool truth => truth,
            _ => Number<double>(value, whole: true) switch
            {
                0 => false,
                1 => true,
                _ => throw new FormatException($"{value} is neither true nor false"),
            },
        };

    private static FormatException Wrong(object value, bool whole) =>
        new(FormattableString.Invariant($"{value} is {(whole ? "no whole number of that type" : "no number of that type")}"));
}
