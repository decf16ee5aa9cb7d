using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rules;
using Google.Protobuf;

namespace Explain.Engine.Tests.Fuzz;

/// <summary>Damages model files: what a seed does to a file is the same on every machine.</summary>
internal static class ModelMutator
{
    private static readonly long[] Extremes =
    [
        0,
        1,
        -1,
        2,
        3,
        7,
        255,
        65_536,
        int.MaxValue,
        int.MinValue,
        long.MaxValue,
        long.MinValue,
        1L << 40,
    ];
    private static readonly string[] Texts =
    [
        "",
        "SAME_UPPER",
        "VALID",
        "reflect",
        "wrap",
        "linear",
        "cubic",
        "align_corners",
        "add",
        "mul",
        "\0",
        "nonsense",
    ];

    // csharpier-ignore
    private static readonly string[] Unary =
    [
        "Abs", "Relu", "LeakyRelu", "Elu", "Selu", "Sigmoid", "Tanh", "Exp", "Log", "Sqrt", "Neg", "Softmax", "LogSoftmax", "Softplus", "HardSigmoid", "Identity", "Flatten", "Transpose",
        "GlobalAveragePool", "GlobalMaxPool", "ReduceMean", "ReduceSum", "Clip", "Dropout", "Shape", "Floor", "Erf", "Squeeze", "Hardmax", "ArgMax", "NonZero", "Reciprocal", "Cast", "Split",
    ];

    private delegate void Edit(GraphProto graph, ModelProto model, Random random);

    // csharpier-ignore
    private static readonly Edit[] Edits =
    [
        (g, _, r) => { if (Pick(g.Node, r) is { } n) n.OpType = Pick(OperatorTable.Operators, r)!.Name; },
        (g, _, r) => { if (Pick(g.Node, r) is { } n) n.OpType = Pick(g.Node, r)!.OpType; },
        (g, _, r) => { if (Pick(g.Node, r) is { } n) n.Domain = Pick(["com.microsoft", "ai.onnx.ml", "nobody"], r)!; },
        (g, _, r) => { if (Pick(g.Node, r) is { Input.Count: > 0 } n) n.Input[r.Next(n.Input.Count)] = AnyName(g, r); },
        (g, _, r) => { if (Pick(g.Node, r) is { Input.Count: > 0 } n) n.Input.RemoveAt(r.Next(n.Input.Count)); },
        (g, _, r) => { if (Pick(g.Node, r) is { } n) n.Input.Add(AnyName(g, r)); },
        (g, _, r) => { if (Pick(g.Node, r) is { Output.Count: > 0 } n) n.Output[r.Next(n.Output.Count)] = AnyName(g, r); },
        (g, _, r) => { if (Pick(g.Node, r) is { } n) n.Output.Clear(); },
        (g, _, r) => { if (g.Node.Count > 0) g.Node.RemoveAt(r.Next(g.Node.Count)); },
        (g, _, r) => { if (Pick(g.Node, r) is { } n) g.Node.Insert(r.Next(g.Node.Count), n.Clone()); },
        (g, _, r) => { if (Pick(g.Node, r) is { } n) { g.Node.Remove(n); g.Node.Insert(r.Next(g.Node.Count + 1), n); } },
        (g, _, r) => { if (Attribute(g, r) is { Ints.Count: > 0 } a) a.Ints[r.Next(a.Ints.Count)] = Pick(Extremes, r); },
        (g, _, r) => { if (Attribute(g, r) is { Ints.Count: > 0 } a) a.Ints.RemoveAt(r.Next(a.Ints.Count)); },
        (g, _, r) => { if (Attribute(g, r) is { } a) a.Ints.Add(Pick(Extremes, r)); },
        (g, _, r) => { if (Attribute(g, r) is { } a) a.I = Pick(Extremes, r); },
        (g, _, r) => { if (Attribute(g, r) is { } a) a.F = Pick([0f, -1f, float.NaN, float.PositiveInfinity, 1e-45f], r); },
        (g, _, r) => { if (Attribute(g, r) is { } a) a.S = ByteString.CopyFromUtf8(Pick(Texts, r)!); },
        (g, _, r) => { if (Attribute(g, r) is { } a) a.Type = (AttributeProto.Types.AttributeType)r.Next(0, 15); },
        (g, _, r) => { if (Attribute(g, r) is { } a) a.Name = Pick(["axis", "axes", "pads", "auto_pad", "kernel_shape", "mode", "perm", "to", "group"], r)!; },
        (g, _, r) => { if (Pick(g.Node, r) is { Attribute.Count: > 0 } n) n.Attribute.RemoveAt(r.Next(n.Attribute.Count)); },
        (g, _, r) => { if (Pick(g.Initializer, r) is { Dims.Count: > 0 } t) t.Dims[r.Next(t.Dims.Count)] = Pick(Extremes, r); },
        (g, _, r) => { if (Pick(g.Initializer, r) is { } t) t.Dims.Add(Pick(Extremes, r)); },
        (g, _, r) => { if (Pick(g.Initializer, r) is { } t) t.Dims.Clear(); },
        (g, _, r) => { if (Pick(g.Initializer, r) is { } t) t.DataType = r.Next(0, 24); },
        (g, _, r) => { if (Pick(g.Initializer, r) is { RawData.Length: > 0 } t) t.RawData = ByteString.CopyFrom(t.RawData.Span[..r.Next(t.RawData.Length)]); },
        (g, _, r) => { if (Pick(g.Initializer, r) is { RawData.Length: > 0 } t) { var raw = t.RawData.ToByteArray(); raw[r.Next(raw.Length)] = (byte)r.Next(256); t.RawData = ByteString.CopyFrom(raw); } },
        (g, _, r) => { if (Pick(g.Initializer, r) is { } t) t.Name = AnyName(g, r); },
        (g, _, r) => { if (g.Initializer.Count > 0) g.Initializer.RemoveAt(r.Next(g.Initializer.Count)); },
        (g, _, r) =>
        {
            if (Pick(g.Initializer, r) is not { } t) return;
            t.DataLocation = TensorProto.Types.DataLocation.External;
            t.RawData = ByteString.Empty;
            t.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = Pick(["weights.bin", "../weights.bin", "/etc/hostname", ""], r)! });
        },
        (g, _, r) => { if (Dims(g, r) is { Dim.Count: > 0 } s) s.Dim[r.Next(s.Dim.Count)] = new TensorShapeProto.Types.Dimension { DimValue = Pick(Extremes, r) }; },
        (g, _, r) => { if (Dims(g, r) is { Dim.Count: > 0 } s) s.Dim[r.Next(s.Dim.Count)] = new TensorShapeProto.Types.Dimension { DimParam = "n" }; },
        (g, _, r) => { if (Dims(g, r) is { Dim.Count: > 0 } s) s.Dim.RemoveAt(r.Next(s.Dim.Count)); },
        (g, _, r) => { if (Pick(g.Input.Concat(g.Output).ToArray(), r)?.Type?.TensorType is { } t) t.ElemType = r.Next(0, 24); },
        (g, _, r) => { if (Pick(g.Input.Concat(g.Output).ToArray(), r) is { } i) i.Type = null; },
        (g, _, r) => { if (Pick(g.Input.Concat(g.Output).ToArray(), r) is { } i) i.Name = AnyName(g, r); },
        (g, _, r) => { if (g.Output.Count > 0) g.Output.RemoveAt(r.Next(g.Output.Count)); },
        (g, _, r) => g.Output.Add(new ValueInfoProto { Name = AnyName(g, r) }),
        (_, m, r) => { if (Pick(m.OpsetImport, r) is { } o) o.Version = Pick([0, 1, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 19, 21, 22, 24, 26, 27, 99, -1, long.MaxValue], r); },
        (_, m, r) => { if (Pick(m.OpsetImport, r) is { } o) o.Domain = Pick(["", "ai.onnx", "com.microsoft", "nobody"], r)!; },
        (_, m, _) => m.OpsetImport.Clear(),
        (_, m, r) => m.IrVersion = Pick([0, 1, 3, 4, 8, 10, 13, 99, -1, long.MaxValue], r),
    ];

    // Models that often still open.
    // csharpier-ignore
    private static readonly Edit[] Mild =
    [
        (g, _, r) => { if (Pick(g.Node.Where(n => n.Input.Count == 1).ToArray(), r) is { } n) { n.OpType = Pick(Unary, r)!; n.Attribute.Clear(); } },
        (g, _, r) => { if (Pick(g.Node.Where(n => n.OpType is "Add" or "Mul" or "MatMul").ToArray(), r) is { } n) n.OpType = Pick(["Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "PRelu", "Mod"], r)!; },
        (g, _, r) => { if (Attribute(g, r) is { Ints.Count: > 0 } a) a.Ints[r.Next(a.Ints.Count)] = r.Next(-1, 5); },
        (g, _, r) => { if (Attribute(g, r) is { } a) a.I = r.Next(-3, 4); },
        (g, _, r) => { if (Pick(g.Node, r) is { } n) n.Set(Attributes.Of(Pick(["group", "axis", "keepdims", "ceil_mode", "count_include_pad", "transA", "transB", "allowzero"], r)!, r.Next(-2, 3))); },
        (g, _, r) => { if (Pick(g.Node, r) is { } n) n.Set(Attributes.Of(Pick(["strides", "dilations", "pads", "kernel_shape", "perm"], r)!, Enumerable.Range(0, r.Next(1, 5)).Select(_ => (long)r.Next(0, 4)))); },
        (g, _, r) => { if (Pick(g.Node, r) is { } n) n.Set(Attributes.Of("auto_pad", Pick(["SAME_UPPER", "SAME_LOWER", "VALID"], r)!)); },
        (g, _, r) => { if (Pick(g.Initializer.Where(t => t.DataType == 1 && t.RawData.Length > 0).ToArray(), r) is { } t) t.RawData = ByteString.CopyFrom([.. Enumerable.Range(0, t.RawData.Length).Select(i => (byte)(i % 4 == 3 ? r.Next(256) : 128))]); },
        (g, _, r) => { if (Pick(g.Initializer.Where(t => t.DataType == 7 && t.RawData.Length > 0).ToArray(), r) is { } t) { var raw = t.RawData.ToByteArray(); BitConverter.TryWriteBytes(raw.AsSpan(r.Next(raw.Length / 8) * 8), (long)r.Next(-2, 9)); t.RawData = ByteString.CopyFrom(raw); } },
        (g, _, r) => { if (Pick(g.Input, r)?.Type?.TensorType?.Shape is { Dim.Count: > 0 } s) s.Dim[r.Next(s.Dim.Count)] = r.Next(2) == 0 ? new() { DimValue = r.Next(0, 12) } : new() { DimParam = "n" }; },
        (g, _, r) => { if (Pick(g.Node, r) is { Output.Count: > 0 } n) { g.Output.Clear(); g.Output.Add(new ValueInfoProto { Name = n.Output[0] }); } },
        (g, _, r) => { if (Pick(g.Node, r) is { Output.Count: > 0 } n) g.Output.Add(new ValueInfoProto { Name = n.Output[0] }); },
        (_, m, r) => { if (Pick(m.OpsetImport, r) is { } o) o.Version = r.Next(7, 27); },
        (g, _, r) => { if (Pick(g.Node, r) is { } n) n.Name = ""; },
        (g, _, _) => g.ValueInfo.Clear(),
    ];

    /// <summary>One damaged file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="seed">What is done to it.</param>
    public static byte[] Mutate(byte[] file, int seed)
    {
        var random = new Random(seed);
        return random.Next(20) switch
        {
            0 => file[..random.Next(file.Length)],
            1 or 2 => Flip(file, random),
            3 => Splice(file, random),
            < 10 => EditFields(file, random, Mild),
            _ => EditFields(file, random, Edits),
        };
    }

    private static byte[] Flip(byte[] file, Random random)
    {
        var copy = (byte[])file.Clone();
        for (var i = random.Next(1, 9); i > 0; i--)
            copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
        return copy;
    }

    private static byte[] Splice(byte[] file, Random random)
    {
        var (from, to) = (random.Next(file.Length), random.Next(file.Length));
        var piece = file.AsSpan(from, random.Next(Math.Min(64, file.Length - from)));
        return [.. file.AsSpan(0, to), .. piece, .. file.AsSpan(Math.Min(file.Length, to + random.Next(64)))];
    }

    private static byte[] EditFields(byte[] file, Random random, Edit[] edits)
    {
        var model = ModelProto.Parser.ParseFrom(file);
        for (var i = random.Next(1, 4); i > 0; i--)
            Pick(edits, random)!(model.Graph, model, random);
        return model.ToByteArray();
    }

    private static T? Pick<T>(IReadOnlyList<T> items, Random random) => items.Count == 0 ? default : items[random.Next(items.Count)];

    private static AttributeProto? Attribute(GraphProto graph, Random random) =>
        Pick(graph.Node.SelectMany(n => n.Attribute).ToArray(), random);

    private static TensorShapeProto? Dims(GraphProto graph, Random random) =>
        Pick(graph.Input.Concat(graph.Output).Concat(graph.ValueInfo).ToArray(), random)?.Type?.TensorType?.Shape;

    private static string AnyName(GraphProto graph, Random random) =>
        Pick(
            [
                .. graph.Node.SelectMany(n => n.Output),
                .. graph.Initializer.Select(t => t.Name),
                .. graph.Input.Select(i => i.Name),
                "",
                "nowhere",
            ],
            random
        )!;
}
