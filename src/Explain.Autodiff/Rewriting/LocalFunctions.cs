using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Rewriting;

/// <summary>
/// Puts the bodies of a model's own functions where they are called, so that rules see operators only. What a call computes keeps its name;
/// what is inside gets the name of the call before its own.
/// </summary>
public static class LocalFunctions
{
    // Functions may call functions, but none itself.
    private const int DeepestCall = 64;

    // Each level may call the next many times: a file of two kilobytes can stand for millions.
    private const long MostNodes = 50_000;

    /// <summary>Replaces every call of <paramref name="graph"/>; it has no functions afterwards.</summary>
    /// <exception cref="NotSupportedException">A function is written for another opset than the model, or calls itself; or all of them
    /// together are too much.</exception>
    public static void Inline(Graph graph)
    {
        if (graph.Model.Functions.Count == 0)
            return;
        var functions = graph.Model.Functions.ToDictionary(f => (f.Domain, f.Name, f.Overload));
        var nodes = Unfolded(graph.Nodes, functions, [], 0);
        if (nodes > MostNodes)
            throw new NotSupportedException($"the model's functions unfold to {nodes} nodes; allowed are {MostNodes}");
        for (var depth = 0; graph.Nodes.Any(n => functions.ContainsKey(KeyOf(n))); depth++)
        {
            if (depth == DeepestCall)
            {
                throw new NotSupportedException(
                    $"function '{graph.Nodes.First(n => functions.ContainsKey(KeyOf(n))).OpType}' calls itself"
                );
            }

            foreach (var call in graph.Nodes.Where(n => functions.ContainsKey(KeyOf(n))).ToArray())
                Expand(graph, call, functions[KeyOf(call)]);
        }
        graph.Model.Functions.Clear();
    }

    // How many nodes calls stand for, up to more than anybody has; a function that calls itself is found out later.
    private static long Unfolded(
        IEnumerable<NodeProto> nodes,
        Dictionary<(string, string, string), FunctionProto> functions,
        Dictionary<(string, string, string), long> known,
        int depth
    )
    {
        var sum = 0L;
        foreach (var node in nodes)
        {
            var key = KeyOf(node);
            if (functions.TryGetValue(key, out var function) && !known.ContainsKey(key) && depth < DeepestCall)
            {
                known[key] = 1;
                known[key] = Unfolded(function.Node, functions, known, depth + 1);
            }
            sum = Math.Min(sum + known.GetValueOrDefault(key, 1), int.MaxValue);
        }
        return sum;
    }

    private static (string, string, string) KeyOf(NodeProto node) => (node.Domain, node.OpType, node.Overload);

    private static void Expand(Graph graph, NodeProto call, FunctionProto function)
    {
        CheckOpset(graph, function);
        var names = new Dictionary<string, string>();
        for (var i = 0; i < function.Input.Count; i++)
            names[function.Input[i]] = call.InputOrNull(i) ?? "";
        var passed = new List<(string From, string To)>();
        for (var i = 0; i < Math.Min(function.Output.Count, call.Output.Count); i++)
        {
            if (call.Output[i].Length == 0)
                continue;
            if (names.TryGetValue(function.Output[i], out var input))
                passed.Add((input, call.Output[i]));
            else
                names[function.Output[i]] = call.Output[i];
        }
        var position = graph.Proto.Node.IndexOf(call);
        graph.Proto.Node.RemoveAt(position);
        var prefix = call.Name.Length > 0 ? call.Name : call.Output.First(o => o.Length > 0);
        foreach (var inner in function.Node)
        {
            var node = inner.Clone();
            node.Name = $"{prefix}/{(inner.Name.Length > 0 ? inner.Name : inner.OpType)}";
            foreach (var output in inner.Output.Where(o => o.Length > 0 && !names.ContainsKey(o)))
                names[output] = graph.Fresh($"{prefix}/{output}");
            Rename(node, names);
            Fill(node, call, function);
            graph.Proto.Node.Insert(position++, node);
            graph.Register(node);
        }
        foreach (var (from, to) in passed)
        {
            var node = new NodeProto
            {
                OpType = "Identity",
                Name = $"{prefix}/{to}",
                Input = { from },
                Output = { to },
            };
            graph.Proto.Node.Insert(position++, node);
            graph.Register(node);
        }
    }

    private static void CheckOpset(Graph graph, FunctionProto function)
    {
        foreach (var import in function.OpsetImport)
        {
            var standard = OperatorName.IsStandard(import.Domain);
            var own = graph.Model.OpsetImport.FirstOrDefault(o => standard ? OperatorName.IsStandard(o.Domain) : o.Domain == import.Domain);
            if (own is null)
            {
                graph.Model.OpsetImport.Add(import.Clone());
            }
            else if (
                own.Version != import.Version
                && function.Node.Any(n => standard ? OperatorName.IsStandard(n.Domain) : n.Domain == import.Domain)
            )
            {
                throw new NotSupportedException(
                    $"function '{function.Name}' is written for opset {import.Version} of "
                        + $"'{(standard ? "ai.onnx" : import.Domain)}', the model for {own.Version}"
                );
            }
        }
    }

    private static void Rename(NodeProto node, IReadOnlyDictionary<string, string> names)
    {
        for (var i = 0; i < node.Input.Count; i++)
            node.Input[i] = names.GetValueOrDefault(node.Input[i], node.Input[i]);
        for (var i = 0; i < node.Output.Count; i++)
            node.Output[i] = names.GetValueOrDefault(node.Output[i], node.Output[i]);
        foreach (var graph in node.Attribute.SelectMany(a => a.Graphs.Append(a.G)).Where(g => g is not null))
        {
            // What a subgraph names itself hides the name outside.
            var hidden = graph!
                .Input.Select(i => i.Name)
                .Concat(graph.Initializer.Select(t => t.Name))
                .Concat(graph.Node.SelectMany(n => n.Output))
                .ToHashSet();
            var visible = names.Where(n => !hidden.Contains(n.Key)).ToDictionary();
            foreach (var inner in graph.Node)
                Rename(inner, visible);
            foreach (var output in graph.Output)
                output.Name = visible.GetValueOrDefault(output.Name, output.Name);
        }
    }

    // Attributes of the body may stand for those of the call, or for their defaults.
    private static void Fill(NodeProto node, NodeProto call, FunctionProto function)
    {
        foreach (var attribute in node.Attribute.Where(a => a.RefAttrName.Length > 0).ToArray())
        {
            node.Attribute.Remove(attribute);
            if (
                (call.Find(attribute.RefAttrName) ?? function.AttributeProto.FirstOrDefault(a => a.Name == attribute.RefAttrName))?.Clone()
                is not { } value
            )
            {
                continue;
            }

            value.Name = attribute.Name;
            node.Attribute.Add(value);
        }
        foreach (var graph in node.Attribute.SelectMany(a => a.Graphs.Append(a.G)).Where(g => g is not null))
        {
            foreach (var inner in graph!.Node)
                Fill(inner, call, function);
        }
    }
}
