using Explain.Autodiff.Onnx;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Graphs;

/// <summary>One dimension: a number, a symbol that is equal wherever it stands, or unknown.</summary>
/// <param name="Size">The extent, or null.</param>
/// <param name="Symbol">The name of a variable extent, or null.</param>
public readonly record struct Dim(long? Size, string? Symbol = null)
{
    /// <summary>Nothing is known.</summary>
    public static readonly Dim Unknown;

    /// <summary>A fixed extent.</summary>
    public static implicit operator Dim(long size) => new(size);

    /// <summary>Whether both are known to be the same extent.</summary>
    public bool SameAs(Dim other) => Size is { } s ? other.Size == s : Symbol is { Length: > 0 } n && other.Symbol == n;
}

/// <summary>Element type and, where known, shape of a tensor.</summary>
/// <param name="Element">ONNX element type.</param>
/// <param name="Dims">One entry an axis; null when not even the rank is known.</param>
public sealed record TensorType(DataType Element, IReadOnlyList<Dim>? Dims)
{
    /// <summary>Number of axes, or null.</summary>
    public int? Rank => Dims?.Count;

    /// <summary>Whether values of this element type can carry a gradient.</summary>
    public bool IsFloat => Element is DataType.Float or DataType.Double or DataType.Float16 or DataType.Bfloat16;

    /// <summary>
    /// Whether values of this type can lie on a differentiable path: floats, and the integers that quantised models compute with.
    /// </summary>
    public bool CarriesSignal => IsFloat || IntegerRange is not null;

    /// <summary>The least and the largest integer of a type that values are quantised to; null for other types.</summary>
    public (int Low, int High)? IntegerRange =>
        Element switch
        {
            DataType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            DataType.Uint8 => (byte.MinValue, byte.MaxValue),
            DataType.Int16 => (short.MinValue, short.MaxValue),
            DataType.Uint16 => (ushort.MinValue, ushort.MaxValue),
            DataType.Int4 => (-8, 7),
            DataType.Uint4 => (0, 15),
            _ => null,
        };

    /// <summary>The extents from axis <paramref name="first"/> on, when every one of them is fixed.</summary>
    public long[]? FixedFrom(int first) =>
        Dims is not null && Dims.Count >= first && Dims.Skip(first).All(d => d.Size is not null)
            ? [.. Dims.Skip(first).Select(d => d.Size!.Value)]
            : null;

    /// <summary>The same type with axis <paramref name="axis"/> of unknown extent.</summary>
    public TensorType WithUnknown(int axis) => this with { Dims = Dims?.Select((d, i) => i == axis ? Dim.Unknown : d).ToArray() };

    /// <summary>The type that a message declares; null where it is none of a tensor.</summary>
    public static TensorType? From(TypeProto? type)
    {
        if (type?.TensorType is not { } tensor)
            return null;
        return new TensorType((DataType)tensor.ElemType, tensor.Shape?.Dim.Select(Read).ToArray());
    }

    /// <summary>The message that declares this type.</summary>
    public TypeProto ToProto()
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)Element };
        if (Dims is not null)
        {
            tensor.Shape = new TensorShapeProto();
            tensor.Shape.Dim.AddRange(Dims.Select(Write));
        }
        return new TypeProto { TensorType = tensor };
    }

    private static Dim Read(TensorShapeProto.Types.Dimension d) =>
        d.ValueCase switch
        {
            TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue when d.DimValue >= 0 => new Dim(d.DimValue),
            TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam => new Dim(null, d.DimParam),
            _ => Dim.Unknown,
        };

    private static TensorShapeProto.Types.Dimension Write(Dim d) =>
        d switch
        {
            { Size: { } size } => new() { DimValue = size },
            { Symbol: { Length: > 0 } symbol } => new() { DimParam = symbol },
            _ => new(),
        };
}
