using System.Runtime.InteropServices;
using Explain.Autodiff.Onnx;
using Google.Protobuf;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Graphs;

/// <summary>Makes and reads the tensors of the interchange format.</summary>
public static class Tensors
{
    /// <summary>A float32 tensor.</summary>
    public static TensorProto Float(IReadOnlyList<long> shape, ReadOnlySpan<float> values) =>
        Raw(DataType.Float, shape, MemoryMarshal.AsBytes(values));

    /// <summary>A float64 tensor.</summary>
    public static TensorProto Double(IReadOnlyList<long> shape, ReadOnlySpan<double> values) =>
        Raw(DataType.Double, shape, MemoryMarshal.AsBytes(values));

    /// <summary>An int64 vector.</summary>
    public static TensorProto Ints(params ReadOnlySpan<long> values) => Raw(DataType.Int64, [values.Length], MemoryMarshal.AsBytes(values));

    /// <summary>A scalar of a floating-point type or int64.</summary>
    public static TensorProto Scalar(DataType element, double value) =>
        element switch
        {
            DataType.Double => Double([], [value]),
            DataType.Int64 => Raw(element, [], MemoryMarshal.AsBytes<long>([(long)value])),
            DataType.Float16 => Raw(element, [], MemoryMarshal.AsBytes<Half>([(Half)value])),
            _ => Float([], [(float)value]),
        };

    /// <summary>The scalar 0 of an integer type of at most 16 bits.</summary>
    public static TensorProto Zero(DataType element) => Raw(element, [], new byte[element is DataType.Int16 or DataType.Uint16 ? 2 : 1]);

    /// <summary>The values of an integer tensor, or null when it is of another type or kept outside the file.</summary>
    public static long[]? ReadInts(TensorProto? tensor) =>
        tensor switch
        {
            null or { DataLocation: TensorProto.Types.DataLocation.External } => null,
            { DataType: (int)DataType.Int64, RawData.Length: > 0 } => MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray(),
            { DataType: (int)DataType.Int64 } => [.. tensor.Int64Data],
            { DataType: (int)DataType.Int32, RawData.Length: > 0 } =>
            [
                .. MemoryMarshal.Cast<byte, int>(tensor.RawData.Span).ToArray().Select(i => (long)i),
            ],
            { DataType: (int)DataType.Int8, RawData.Length: > 0 } =>
            [
                .. MemoryMarshal.Cast<byte, sbyte>(tensor.RawData.Span).ToArray().Select(i => (long)i),
            ],
            { DataType: (int)DataType.Uint8, RawData.Length: > 0 } => [.. tensor.RawData.Select(i => (long)i)],
            { DataType: (int)DataType.Int32 or (int)DataType.Int8 or (int)DataType.Uint8 } => [.. tensor.Int32Data.Select(i => (long)i)],
            _ => null,
        };

    /// <summary>The values of a float32 or float64 tensor, or null when it is of another type or kept outside the file.</summary>
    public static double[]? ReadFloats(TensorProto? tensor) =>
        tensor switch
        {
            null or { DataLocation: TensorProto.Types.DataLocation.External } => null,
            { DataType: (int)DataType.Float, RawData.Length: > 0 } =>
            [
                .. MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray().Select(f => (double)f),
            ],
            { DataType: (int)DataType.Float } => [.. tensor.FloatData.Select(f => (double)f)],
            { DataType: (int)DataType.Double, RawData.Length: > 0 } => MemoryMarshal.Cast<byte, double>(tensor.RawData.Span).ToArray(),
            { DataType: (int)DataType.Double } => [.. tensor.DoubleData],
            _ => null,
        };

    /// <summary>The value of a boolean tensor with one element, or null when it is something else.</summary>
    internal static bool? ReadBool(TensorProto? tensor) =>
        tensor switch
        {
            { DataType: (int)DataType.Bool, RawData.Length: 1 } => tensor.RawData[0] != 0,
            { DataType: (int)DataType.Bool, Int32Data.Count: 1 } => tensor.Int32Data[0] != 0,
            _ => null,
        };

    /// <summary>The tensor of a <c>Constant</c> node that carries plain numbers instead of a tensor, or null.</summary>
    internal static TensorProto? FromConstantAttribute(NodeProto node)
    {
        var attribute = node.Attribute.FirstOrDefault();
        return attribute?.Name switch
        {
            "value_int" => Raw(DataType.Int64, [], MemoryMarshal.AsBytes<long>([attribute.I])),
            "value_ints" => Ints([.. attribute.Ints]),
            "value_float" => Float([], [attribute.F]),
            "value_floats" => Float([attribute.Floats.Count], [.. attribute.Floats]),
            _ => null,
        };
    }

    private static TensorProto Raw(DataType element, IReadOnlyList<long> shape, ReadOnlySpan<byte> bytes)
    {
        var tensor = new TensorProto { DataType = (int)element, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(shape);
        return tensor;
    }
}
