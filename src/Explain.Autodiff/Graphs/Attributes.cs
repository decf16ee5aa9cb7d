using Explain.Autodiff.Onnx;
using Google.Protobuf;
using Kind = Explain.Autodiff.Onnx.AttributeProto.Types.AttributeType;

namespace Explain.Autodiff.Graphs;

/// <summary>Typed access to node attributes.</summary>
public static class Attributes
{
    /// <summary>An integer attribute.</summary>
    public static AttributeProto Of(string name, long value) =>
        new()
        {
            Name = name,
            Type = Kind.Int,
            I = value,
        };

    /// <summary>A float attribute.</summary>
    public static AttributeProto Of(string name, float value) =>
        new()
        {
            Name = name,
            Type = Kind.Float,
            F = value,
        };

    /// <summary>A text attribute.</summary>
    public static AttributeProto Of(string name, string value) =>
        new()
        {
            Name = name,
            Type = Kind.String,
            S = ByteString.CopyFromUtf8(value),
        };

    /// <summary>A tensor attribute.</summary>
    public static AttributeProto Of(string name, TensorProto value) =>
        new()
        {
            Name = name,
            Type = Kind.Tensor,
            T = value,
        };

    /// <summary>A graph attribute.</summary>
    public static AttributeProto Of(string name, GraphProto value) =>
        new()
        {
            Name = name,
            Type = Kind.Graph,
            G = value,
        };

    /// <summary>A list attribute.</summary>
    public static AttributeProto Of(string name, IEnumerable<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = Kind.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    /// <summary>The attribute of a name, or null.</summary>
    public static AttributeProto? Find(this NodeProto node, string name) => node.Attribute.FirstOrDefault(a => a.Name == name);

    /// <summary>An integer attribute, or its default.</summary>
    public static long Int(this NodeProto node, string name, long fallback) => node.Find(name)?.I ?? fallback;

    /// <summary>A float attribute, or its default.</summary>
    public static float Float(this NodeProto node, string name, float fallback) => node.Find(name)?.F ?? fallback;

    /// <summary>A text attribute, or its default.</summary>
    public static string String(this NodeProto node, string name, string fallback) => node.Find(name)?.S.ToStringUtf8() ?? fallback;

    /// <summary>A list attribute, or null.</summary>
    public static long[]? Ints(this NodeProto node, string name) => node.Find(name) is { } a ? [.. a.Ints] : null;

    /// <summary>A list attribute of floats, or null.</summary>
    public static float[]? Floats(this NodeProto node, string name) => node.Find(name) is { } a ? [.. a.Floats] : null;

    /// <summary>Takes an attribute off a node.</summary>
    public static AttributeProto? Remove(this NodeProto node, string name)
    {
        var attribute = node.Find(name);
        if (attribute is not null)
            node.Attribute.Remove(attribute);
        return attribute;
    }

    /// <summary>Adds or replaces an attribute.</summary>
    public static void Set(this NodeProto node, AttributeProto attribute)
    {
        node.Remove(attribute.Name);
        node.Attribute.Add(attribute);
    }

    /// <summary>An input's name, or null when it is absent.</summary>
    public static string? InputOrNull(this NodeProto node, int index) =>
        index < node.Input.Count && node.Input[index].Length > 0 ? node.Input[index] : null;
}
