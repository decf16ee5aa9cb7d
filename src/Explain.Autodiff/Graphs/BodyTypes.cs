using Explain.Autodiff.Onnx;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Graphs;

/// <summary>
/// Types of the values inside bodies: each body is looked at as a model of its own, whose inputs are the values that the node hands to it
/// and those that it reads by name.
/// </summary>
public static class BodyTypes
{
    // Shapes that a body computes with are known from such constants; weights need not be copied for that.
    private const int SmallConstant = 256;

    // A state of which one iteration makes another shape makes others wait; after so many rounds nothing is said of any.
    private const int MostRounds = 4;

    /// <summary>Declares what can be inferred in a graph and all bodies in it.</summary>
    /// <param name="graph">The graph; its type table and its bodies receive the types.</param>
    /// <param name="infer">Declares the types of all values of a model on it, without those in bodies; false where that cannot be
    /// done.</param>
    public static void Declare(Graph graph, Func<Graph, bool> infer)
    {
        // What a loop gives out is known when its body is, and what is behind it then.
        var rounds = 0;
        while (infer(graph) && DeclareInside(graph, infer) && ++rounds < MostRounds) { }
    }

    /// <summary>The declared types of what loops give out, of which ONNX Runtime knows less.</summary>
    public static IReadOnlyDictionary<string, TypeProto> OfLoops(Graph graph)
    {
        var loops = graph.Nodes.Where(n => n.OpType == "Loop").SelectMany(n => n.Output).ToHashSet();
        return graph
            .Proto.ValueInfo.Where(i => loops.Contains(i.Name) && i.Type is not null)
            .GroupBy(i => i.Name)
            .ToDictionary(g => g.Key, g => g.First().Type);
    }

    // Whether more is known of the values around the bodies than before.
    private static bool DeclareInside(Graph graph, Func<Graph, bool> infer)
    {
        var learned = false;
        foreach (var node in graph.Nodes)
        {
            // Before opset 9 a scan handed other things to its body.
            var known = node.OpType != "Scan" || graph.Opset > 8;
            foreach (var body in Bodies.Of(node))
            {
                if (known && Types(graph, node, body, infer) is { } types)
                {
                    Write(body, types);
                    learned |= node.OpType == "Loop" ? Learn(graph, node, body) : KnowsMore(graph, node, body);
                }
                DeclareInside(graph.Inner(body), infer);
            }
        }
        return learned;
    }

    private static bool KnowsMore(Graph graph, NodeProto node, GraphProto body) =>
        HoldsLoop(body)
        && node.Output.Zip(body.Output).Any(p => graph.Type(p.First) is { Dims: null } && p.Second.Type?.TensorType?.Shape is not null);

    // ONNX Runtime takes for possible that each iteration makes another shape; of those that stay the same the loop's output is one.
    private static bool Learn(Graph graph, NodeProto node, GraphProto body)
    {
        var learned = false;
        foreach (var (input, output) in Bodies.States(node, body))
        {
            var name = output - 1 < node.Output.Count ? node.Output[output - 1] : "";
            if (
                name.Length == 0
                || graph.Type(name)?.Dims is not null
                || TensorType.From(body.Input[input].Type) is not { Dims: not null } type
            )
            {
                continue;
            }

            graph.Declare(name, type);
            if (graph.Proto.Output.Concat(graph.Proto.ValueInfo).FirstOrDefault(i => i.Name == name) is { } info)
                info.Type = type.ToProto();
            else
                graph.Proto.ValueInfo.Add(new ValueInfoProto { Name = name, Type = type.ToProto() });
            learned = true;
        }
        return learned;
    }

    private static Graph? Types(Graph graph, NodeProto node, GraphProto body, Func<Graph, bool> infer)
    {
        var states = Bodies.States(node, body).ToArray();
        var inputs = body.Input.Select((_, i) => InputType(graph, node, i)).ToArray();
        for (var round = 0; ; round++)
        {
            if (AsModel(graph, body, inputs) is not { } model || !infer(model))
                return null;
            for (var again = 0; again < MostRounds && HoldsLoop(body) && DeclareInside(model, infer); again++)
                infer(model);
            var settled = true;
            foreach (var (input, output) in states)
            {
                var common = Common(node, inputs[input], round < MostRounds ? model.Type(body.Output[output].Name) : null);
                settled &= Same(common, inputs[input]);
                inputs[input] = common;
            }
            if (settled)
                return model;
        }
    }

    private static bool HoldsLoop(GraphProto body) => body.Node.Any(n => n.OpType == "Loop" || Bodies.Of(n).Any(HoldsLoop));

    private static TensorType? InputType(Graph graph, NodeProto node, int index)
    {
        if (node.OpType == "Loop" && index < 2)
            return new TensorType(index == 0 ? DataType.Int64 : DataType.Bool, []);
        if (node.InputOrNull(index) is not { } input || graph.Type(input) is not { } type)
            return null;
        var scanned = index - (node.Input.Count - (int)node.Int("num_scan_inputs", 0));
        if (node.OpType != "Scan" || scanned < 0 || type.Dims is not { } dims)
            return type;
        var axis = node.Ints("scan_input_axes") is { } axes && scanned < axes.Length ? axes[scanned] : 0;
        var at = axis < 0 ? axis + dims.Count : axis;
        return at >= 0 && at < dims.Count ? type with { Dims = [.. dims.Where((_, i) => i != at)] } : type with { Dims = null };
    }

    private static Graph? AsModel(Graph graph, GraphProto body, TensorType?[] inputs)
    {
        var model = new ModelProto { IrVersion = graph.Model.IrVersion, Graph = body.Clone() };
        model.OpsetImport.AddRange(graph.Model.OpsetImport);
        model.Functions.AddRange(graph.Model.Functions);
        for (var i = 0; i < body.Input.Count; i++)
        {
            if ((inputs[i] ?? TensorType.From(body.Input[i].Type)) is not { } type)
                return null;
            model.Graph.Input[i].Type = type.ToProto();
        }

        var captured = new NodeProto { Attribute = { Attributes.Of("body", body) } };
        foreach (var value in Walk.Captures(captured))
        {
            if (
                graph.Constant(value) is { } tensor
                && tensor.DataLocation != TensorProto.Types.DataLocation.External
                && tensor.Dims.Aggregate(1.0, (a, b) => a * b) <= SmallConstant
            )
            {
                var copy = tensor.Clone();
                copy.Name = value;
                model.Graph.Initializer.Add(copy);
            }
            else if (graph.Type(value) is { } type)
            {
                model.Graph.Input.Add(new ValueInfoProto { Name = value, Type = type.ToProto() });
            }
            else
            {
                return null;
            }
        }
        // What is declared was true for one input size, perhaps.
        model.Graph.ValueInfo.Clear();
        foreach (var output in model.Graph.Output)
            output.Type = null;
        return new Graph(model);
    }

    private static void Write(GraphProto body, Graph types)
    {
        foreach (var info in body.Input.Concat(body.Output))
        {
            if (types.Type(info.Name) is { } type && (type.Dims is not null || info.Type?.TensorType?.Shape is null))
                info.Type = type.ToProto();
        }

        body.ValueInfo.Clear();
        var listed = body.Output.Select(o => o.Name).ToHashSet();
        body.ValueInfo.AddRange(
            body.Node.SelectMany(n => n.Output)
                .Where(o => o.Length > 0 && !listed.Contains(o) && types.Type(o) is not null)
                .Select(o => new ValueInfoProto { Name = o, Type = types.Type(o)!.ToProto() })
        );
    }

    // The shape of a scan's state is the same before and after each iteration.
    private static TensorType? Common(NodeProto node, TensorType? first, TensorType? next) =>
        first is null ? null
        : node.OpType == "Scan" && first.Dims is null ? first with { Dims = next?.Dims }
        : first.Dims is { } a && next?.Dims is { } b && a.Count == b.Count
            ? first with
            {
                Dims = [.. a.Zip(b, (x, y) => x.SameAs(y) ? x : Dim.Unknown)],
            }
        : first with { Dims = null };

    private static bool Same(TensorType? a, TensorType? b) =>
        a?.Element == b?.Element && (a?.Dims is { } x ? b?.Dims is { } y && x.SequenceEqual(y) : b?.Dims is null);
}
