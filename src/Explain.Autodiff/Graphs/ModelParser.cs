using Explain.Autodiff.Onnx;
using Google.Protobuf;

namespace Explain.Autodiff.Graphs;

/// <summary>Reads the bytes of an <c>.onnx</c> file.</summary>
internal static class ModelParser
{
    // Further extents overflow inside of ONNX Runtime, which then ends the process.
    private const long LargestExtent = int.MaxValue;

    private static readonly HashSet<string> Windows =
    [
        "kernel_shape",
        "strides",
        "dilations",
        "pads",
        "output_padding",
        "output_shape",
        "group",
        "blocksize",
        "size",
    ];

    /// <summary>The model, in which every value has one origin at most.</summary>
    /// <exception cref="InvalidDataException">The bytes are not an ONNX model.</exception>
    public static ModelProto Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var model = ModelProto.Parser.ParseFrom(bytes);
            if (model.Graph is not null)
                Require(model.Graph);
            return model;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException("the file is not an ONNX model: " + e.Message, e);
        }
    }

    private static void Require(GraphProto graph)
    {
        if (Twice(graph.Node.SelectMany(n => n.Output).Where(o => o.Length > 0)) is { } computed)
            throw new InvalidDataException($"the graph is broken: two nodes compute '{computed}'");
        if (Twice(graph.Input.Select(i => i.Name)) is { } input)
            throw new InvalidDataException($"the graph is broken: two of its inputs are called '{input}'");
        foreach (var node in graph.Node)
        {
            foreach (var attribute in node.Attribute.Where(a => Windows.Contains(a.Name)))
            {
                foreach (var extent in attribute.Ints.Append(attribute.I).Where(i => Math.Abs((decimal)i) > LargestExtent))
                {
                    throw new InvalidDataException(
                        $"{OperatorName.WithNode(node)}: {attribute.Name} holds {extent}; allowed are {-LargestExtent} to {LargestExtent}"
                    );
                }
            }
            foreach (var body in Bodies.Of(node))
                Require(body);
        }
    }

    private static string? Twice(IEnumerable<string> names) => names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1)?.Key;
}
