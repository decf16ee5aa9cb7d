using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rewriting;

/// <summary>An input that was made of integers, and takes real numbers now: those behind the integers, or the same ones.</summary>
/// <param name="Scale">What one step of the integer is.</param>
/// <param name="Lowest">The real number behind the least integer.</param>
public sealed record QuantizedInput(double Scale, double Lowest);

/// <summary>
/// Models whose inputs and outputs are quantised to 8-bit integers. Their inputs become real numbers that the graph quantises itself, so
/// that there is something to differentiate by; their outputs are dequantised. Names stay.
/// </summary>
public static class QuantizedEdges
{
    // Between the quantisation and the output, these leave numbers as they are.
    private static readonly HashSet<string> Movers = ["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Identity"];

    /// <summary>Rewrites <paramref name="graph"/> in place.</summary>
    /// <param name="graph">A graph raised by <see cref="Upgrade"/> and rewritten by <see cref="QuantizedOperators"/>, with the types of its
    /// values declared.</param>
    /// <returns>The inputs that changed, by name. Types of new values are to be declared when the set of outputs or inputs
    /// changed.</returns>
    public static IReadOnlyDictionary<string, QuantizedInput> Apply(Graph graph)
    {
        var inputs = graph.Inputs.Where(i => IsQuantized(graph, i) && graph.Type(i)!.Rank == 4 && Reader(graph, i) is not null).ToArray();
        var changed = new Dictionary<string, QuantizedInput>();
        foreach (var input in inputs)
            changed[input] = Quantize(graph, input);

        foreach (var output in graph.Proto.Output.Where(o => IsQuantized(graph, o.Name)))
            Dequantize(graph, output);
        return changed;
    }

    private static bool IsQuantized(Graph graph, string value) => graph.Type(value)?.Element is DataType.Int8 or DataType.Uint8;

    private static NodeProto? Reader(Graph graph, string input) =>
        graph.Nodes.FirstOrDefault(n => n.OpType == "DequantizeLinear" && n.Input[0] == input);

    private static QuantizedInput Quantize(Graph graph, string input)
    {
        var type = graph.Type(input)!;
        var reader = Reader(graph, input)!;
        var scale = graph.Constant(reader.Input[1])?.Clone();
        var zero = reader.InputOrNull(2) is { } name ? graph.Constant(name)?.Clone() : Tensors.Zero(type.Element);
        if (Tensors.ReadFloats(scale) is not [var step] || Tensors.ReadInts(zero) is not [var origin])
        {
            // Scales that are computed, or one for each channel, cannot be told as one number: the integers are the numbers then.
            (step, origin, scale, zero) = (1, 0, Tensors.Float([], [1]), Tensors.Zero(type.Element));
        }

        graph.RetypeInput(input, type with { Element = DataType.Float });
        var quantized = graph.Unused($"{input}/quantized");
        graph.Reread(0, new Dictionary<string, string> { [input] = quantized });
        var node = graph.Insert(0, "QuantizeLinear", [input, graph.Add(scale!).Name, graph.Add(zero!).Name], 1, []);
        node.Output[0] = quantized;
        graph.Register(node);
        graph.Declare(node.Output[0], type);
        return new QuantizedInput(step, (type.IntegerRange!.Value.Low - origin) * step);
    }

    private static void Dequantize(Graph graph, ValueInfoProto output)
    {
        var (name, producer) = (output.Name, graph.Producer(output.Name));
        var source = producer;
        while (source is not null && Movers.Contains(source.OpType))
            source = graph.Producer(source.Input[0]);
        if (
            producer is null
            || source is not { OpType: "QuantizeLinear" }
            || graph.Type(source.Input[1])?.FixedFrom(0)?.All(d => d == 1) == false
        )
        {
            return;
        }

        var quantized = graph.Unused($"{name}/quantized");
        graph.Declare(quantized, graph.Type(name)!);
        graph.Reread(0, new Dictionary<string, string> { [name] = quantized });
        producer.Output[producer.Output.IndexOf(name)] = quantized;
        graph.Register(producer);
        var node = graph.Append("DequantizeLinear", [quantized, .. source.Input.Skip(1)], 1, []);
        node.Output[0] = name;
        graph.Register(node);
        var type = graph.Type(name)! with { Element = DataType.Float };
        graph.Declare(name, type);
        output.Type = type.ToProto();
    }
}
