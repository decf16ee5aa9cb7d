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

    // Far more than any model has.
    private const long MostRun = 1_000_000;

    // Its versions only add operators.
    private const string Classical = "ai.onnx.ml";

    /// <summary>The opsets of the default domain that functions are written for.</summary>
    public static IEnumerable<long> Opsets(ModelProto model) => model.Functions.Select(OpsetOf).Where(o => o > 0);

    /// <summary>Why the calls of a model cannot be replaced; null when they can.</summary>
    public static string? WhyNot(Graph graph)
    {
        if (graph.Model.Functions.Count == 0)
            return null;
        if (graph.Model.Functions.FirstOrDefault(f => OpsetOf(f) is > 0 and < Upgrade.Oldest) is { } old)
        {
            return $"function '{old.Name}' is written for opset {OpsetOf(old)}, which is too old for gradients; "
                + $"{Upgrade.Oldest} is the oldest that is supported";
        }

        return WhyNotUnfolded(graph, MostNodes)
            ?? graph.Model.Functions.Select(f => OtherDomain(graph, f)).FirstOrDefault(r => r is not null);
    }

    /// <summary>Why a model cannot even be run: ONNX Runtime unfolds functions, too, and goes on until there is no memory left.</summary>
    public static string? WhyNotRun(Graph graph) => WhyNotUnfolded(graph, MostRun);

    private static string? WhyNotUnfolded(Graph graph, long most)
    {
        try
        {
            var nodes = Unfolded(graph.Nodes, ByName(graph), [], 0);
            return nodes > most ? $"the model's functions unfold to {nodes} nodes; allowed are {most}" : null;
        }
        catch (NotSupportedException recursion)
        {
            return recursion.Message;
        }
    }

    /// <summary>Replaces every call of a graph and of the bodies in it; there are no functions afterwards.</summary>
    /// <returns>The opset of each node that came from a function of another one than the model's.</returns>
    /// <exception cref="NotSupportedException">As <see cref="WhyNot"/> says; the graph is as it was.</exception>
    public static IReadOnlyDictionary<NodeProto, long> Inline(Graph graph)
    {
        // Messages are equal by what they say; these are told apart by which they are.
        var opsets = new Dictionary<NodeProto, long>(ReferenceEqualityComparer.Instance);
        if (graph.Model.Functions.Count == 0)
            return opsets;
        if (WhyNot(graph) is { } reason)
            throw new NotSupportedException(reason);
        var functions = ByName(graph);
        foreach (var function in functions.Values)
            Import(graph, function);
        while (Calls(graph, functions) is { Length: > 0 } calls)
        {
            foreach (var (scope, call) in calls)
                Expand(scope, call, functions[KeyOf(call)], opsets);
        }

        graph.Model.Functions.Clear();
        return opsets;
    }

    private static Dictionary<(string, string, string), FunctionProto> ByName(Graph graph) =>
        graph.Model.Functions.GroupBy(f => (f.Domain, f.Name, f.Overload)).ToDictionary(g => g.Key, g => g.First());

    private static (Graph Scope, NodeProto Call)[] Calls(Graph graph, Dictionary<(string, string, string), FunctionProto> functions) =>
        [.. Bodies.WithAll(graph).SelectMany(g => g.Nodes.Where(n => functions.ContainsKey(KeyOf(n))).Select(n => (g, n)))];

    private static long OpsetOf(FunctionProto function) =>
        function.OpsetImport.FirstOrDefault(o => OperatorName.IsStandard(o.Domain))?.Version ?? 0;

    // How many nodes calls stand for, up to more than anybody has.
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
            if (functions.ContainsKey(key) && depth == DeepestCall)
                throw new NotSupportedException($"function '{node.OpType}' calls itself");
            if (functions.TryGetValue(key, out var function) && !known.ContainsKey(key))
                known[key] = Unfolded(function.Node, functions, known, depth + 1);
            var inside = Bodies.Of(node).Sum(b => Unfolded(b.Node, functions, known, depth));
            sum = Math.Min(sum + known.GetValueOrDefault(key, 1) + inside, int.MaxValue);
        }
        return sum;
    }

    private static (string, string, string) KeyOf(NodeProto node) => (node.Domain, node.OpType, node.Overload);

    private static void Expand(Graph graph, NodeProto call, FunctionProto function, Dictionary<NodeProto, long> opsets)
    {
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
        var position = graph.PositionOf(call);
        graph.Proto.Node.RemoveAt(position);
        var prefix = call.Name.Length > 0 ? call.Name : call.Output.First(o => o.Length > 0);
        foreach (var inner in function.Node)
        {
            var node = inner.Clone();
            foreach (var output in inner.Output.Where(o => o.Length > 0 && !names.ContainsKey(o)))
                names[output] = Named(output);
            Bodies.Rename(node, names, Named);
            node.Name = $"{prefix}/{(inner.Name.Length > 0 ? inner.Name : inner.OpType)}";
            Fill(node, call, function);
            if (OpsetOf(function) is > 0 and var opset && opset != graph.Opset)
                Note(node, opset, opsets);
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

        string Named(string inner) => graph.Fresh($"{prefix}/{inner}");
    }

    private static void Note(NodeProto node, long opset, Dictionary<NodeProto, long> opsets)
    {
        opsets[node] = opset;
        foreach (var inner in Bodies.Of(node).SelectMany(b => b.Node))
            Note(inner, opset, opsets);
    }

    // What other domains' versions change is not known here.
    private static string? OtherDomain(Graph graph, FunctionProto function) =>
        function
            .OpsetImport.Where(i =>
                !OperatorName.IsStandard(i.Domain) && i.Domain != Classical && function.Node.Any(n => n.Domain == i.Domain)
            )
            .Select(i => (Import: i, Own: graph.Model.OpsetImport.FirstOrDefault(o => o.Domain == i.Domain)))
            .Where(p => p.Own is not null && p.Own.Version != p.Import.Version)
            .Where(p => graph.Model.Functions.All(f => f.Domain != p.Import.Domain))
            .Select(p =>
                $"function '{function.Name}' is written for opset {p.Import.Version} of '{p.Import.Domain}', the model for {p.Own!.Version}"
            )
            .FirstOrDefault();

    private static void Import(Graph graph, FunctionProto function)
    {
        foreach (var import in function.OpsetImport.Where(i => !OperatorName.IsStandard(i.Domain)))
        {
            if (graph.Model.OpsetImport.FirstOrDefault(o => o.Domain == import.Domain) is { } own)
                own.Version = Math.Max(own.Version, import.Version);
            else
                graph.Model.OpsetImport.Add(import.Clone());
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
        foreach (var inner in Bodies.Of(node).SelectMany(b => b.Node))
            Fill(inner, call, function);
    }
}
