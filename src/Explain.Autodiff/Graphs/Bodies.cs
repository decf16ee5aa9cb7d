using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Graphs;

/// <summary>
/// The graphs inside nodes: the branches of an <c>If</c>, the bodies of a <c>Loop</c> or <c>Scan</c>. They read values of the graphs
/// around them by name.
/// </summary>
public static class Bodies
{
    /// <summary>The bodies of a node.</summary>
    public static IEnumerable<GraphProto> Of(NodeProto node) =>
        node.Attribute.SelectMany(a => a.G is null ? a.Graphs : a.Graphs.Prepend(a.G));

    /// <summary>Whether a node has bodies.</summary>
    public static bool Any(NodeProto node) => node.Attribute.Any(a => a.G is not null || a.Graphs.Count > 0);

    /// <summary>Whether one of some operators stands in a node's bodies.</summary>
    public static bool Hold(NodeProto node, IReadOnlySet<string> operators) =>
        Of(node).SelectMany(b => b.Node).Any(n => operators.Contains(n.OpType) || Hold(n, operators));

    /// <summary>A graph and all bodies inside it, from the outermost on, each after the one around it.</summary>
    public static IEnumerable<Graph> WithAll(Graph graph) =>
        graph.Nodes.ToArray().SelectMany(Of).SelectMany(body => WithAll(graph.Inner(body))).Prepend(graph);

    /// <summary>
    /// The positions at which a node's body takes a state and at which it gives out the next one; none where nothing is repeated.
    /// </summary>
    internal static IEnumerable<(int Input, int Output)> States(NodeProto node, GraphProto body)
    {
        var (inputs, outputs) = node.OpType switch
        {
            "Loop" => (2, 1),
            "Scan" => (0, 0),
            _ => (body.Input.Count, 0),
        };
        var count = body.Input.Count - inputs - (node.OpType == "Scan" ? (int)node.Int("num_scan_inputs", 0) : 0);
        return Enumerable.Range(0, Math.Clamp(count, 0, Math.Max(body.Output.Count - outputs, 0))).Select(i => (i + inputs, i + outputs));
    }

    /// <summary>The names that a body gives to values of its own.</summary>
    internal static IEnumerable<string> Defined(GraphProto body) =>
        body
            .Input.Select(i => i.Name)
            .Concat(body.Initializer.Select(t => t.Name))
            .Concat(body.Node.SelectMany(n => n.Output))
            .Where(n => n.Length > 0);

    /// <summary>Lets a node, its bodies included, read other values; <paramref name="names"/> maps the old name to the new one.</summary>
    internal static void Reread(NodeProto node, IReadOnlyDictionary<string, string> names)
    {
        if (names.Count == 0)
            return;
        for (var i = 0; i < node.Input.Count; i++)
            node.Input[i] = names.GetValueOrDefault(node.Input[i], node.Input[i]);
        foreach (var body in Of(node))
        {
            // What a body names itself hides the name outside.
            var own = Defined(body).ToHashSet();
            var visible = names.Where(n => !own.Contains(n.Key)).ToDictionary();
            foreach (var inner in body.Node)
                Reread(inner, visible);
            foreach (var output in body.Output)
                output.Name = visible.GetValueOrDefault(output.Name, output.Name);
        }
    }

    /// <summary>
    /// Puts copies of a body's nodes and initialisers into a graph that the body could stand in, under names of their own.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="position">Where the nodes go.</param>
    /// <param name="body">The body.</param>
    /// <param name="names">What is read in the place of the body's inputs; receives the new names of all it defines.</param>
    /// <param name="name">From an old name to the new one.</param>
    /// <returns>The names of the body's outputs.</returns>
    internal static string[] Paste(Graph graph, int position, GraphProto body, Dictionary<string, string> names, Func<string, string> name)
    {
        var types = new Graph(new ModelProto { Graph = body });
        foreach (var own in Defined(body).Where(n => !names.ContainsKey(n)))
        {
            names[own] = name(own);
            if (types.Type(own) is { } type)
                graph.Declare(names[own], type);
        }
        foreach (var tensor in body.Initializer)
        {
            var copy = tensor.Clone();
            copy.Name = names[tensor.Name];
            graph.AddNamed(copy);
        }
        foreach (var node in body.Node)
        {
            var copy = node.Clone();
            Rename(copy, names, name);
            graph.Proto.Node.Insert(position++, copy);
            graph.Register(copy);
        }
        return [.. body.Output.Select(o => names.GetValueOrDefault(o.Name, o.Name))];
    }

    /// <summary>Makes values the outputs of a body and drops what they do not need.</summary>
    /// <param name="graph">The body.</param>
    /// <param name="results">The values, in this order.</param>
    /// <param name="inputs">Inputs to keep although nothing reads them.</param>
    internal static void Close(Graph graph, IReadOnlyList<Value> results, HashSet<string> inputs) =>
        graph.SetOutputs(
            [
                .. results.Select(r =>
                {
                    var output = Ops.Emit("Identity", [r]);
                    if (r.Type is { } type)
                        graph.Declare(output.Name, type);
                    return output.Name;
                }),
            ],
            inputs
        );

    /// <summary>
    /// Gives other names to what a node reads and computes. All that is defined inside it gets a new one, too: a name may stand for one
    /// value only wherever it can be seen.
    /// </summary>
    internal static void Rename(NodeProto node, IReadOnlyDictionary<string, string> names, Func<string, string> name)
    {
        string To(string old) => names.GetValueOrDefault(old, old);
        for (var i = 0; i < node.Input.Count; i++)
            node.Input[i] = To(node.Input[i]);
        for (var i = 0; i < node.Output.Count; i++)
            node.Output[i] = To(node.Output[i]);
        if (node.Output.FirstOrDefault(o => o.Length > 0) is { } first && node.Name.Length > 0)
            node.Name = first;
        foreach (var body in Of(node))
            Rename(body, names, name);
    }

    private static void Rename(GraphProto body, IReadOnlyDictionary<string, string> outside, Func<string, string> name)
    {
        var names = outside.ToDictionary();
        foreach (var own in Defined(body).Distinct().ToArray())
            names[own] = name(own);
        foreach (var tensor in body.Initializer)
            tensor.Name = names[tensor.Name];
        foreach (var info in body.Input.Concat(body.Output).Concat(body.ValueInfo))
            info.Name = names.GetValueOrDefault(info.Name, info.Name);
        foreach (var node in body.Node)
            Rename(node, names, name);
    }
}
