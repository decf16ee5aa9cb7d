using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Rewriting;

/// <summary>Puts the branch of an <c>If</c> whose condition is always the same in the place of the node.</summary>
public static class ConstantBranches
{
    /// <summary>Replaces such nodes, in bodies, too.</summary>
    /// <param name="graph">The graph, with the types of its values declared.</param>
    /// <param name="evaluate">Computes values of a graph that has no inputs; null where they cannot be computed.</param>
    /// <returns>Whether there were any. Then types of what came out of the branches are still to be declared, and may show more.</returns>
    public static bool Resolve(Graph graph, Func<Graph, IReadOnlyList<bool?>> evaluate)
    {
        var known = Conditions(graph, evaluate);
        var resolved = false;
        foreach (var scope in Bodies.WithAll(graph).ToArray())
        {
            // What is put in the place of a node is looked at, too.
            for (var i = 0; i < scope.Nodes.Count; i++)
            {
                if (scope.Nodes[i] is not { OpType: "If" } node || !OperatorName.IsStandard(node.Domain))
                    continue;
                if (Truth(scope, node, known) is not { } truth)
                    continue;
                Inline(scope, i--, truth);
                resolved = true;
            }
        }
        return resolved;
    }

    private static bool? Truth(Graph graph, NodeProto node, Dictionary<string, bool> known) =>
        known.TryGetValue(node.Input[0], out var truth) ? truth : Tensors.ReadBool(graph.Constant(node.Input[0]));

    // Conditions of the outermost graph that follow from constants and from extents that are declared.
    private static Dictionary<string, bool> Conditions(Graph graph, Func<Graph, IReadOnlyList<bool?>> evaluate)
    {
        string[] asked =
        [
            .. graph
                .Nodes.Where(n => n.OpType == "If" && graph.Constant(n.Input[0]) is null)
                .Select(n => n.Input[0])
                .Where(c => graph.Producer(c) is not null)
                .Distinct(),
        ];
        if (asked.Length == 0)
            return [];
        var copy = graph.Clone();
        foreach (var shape in copy.Nodes.Where(n => n.OpType == "Shape").ToArray())
        {
            if (copy.Type(shape.Input[0])?.FixedFrom(0) is not { } extents)
                continue;
            shape.OpType = "Constant";
            var (start, end) = (At(shape.Int("start", 0)), At(shape.Int("end", extents.Length)));
            shape.Input.Clear();
            shape.Attribute.Clear();
            shape.Attribute.Add(Attributes.Of("value", Tensors.Ints(extents.AsSpan(start, Math.Max(end - start, 0)))));

            int At(long position) => (int)Math.Clamp(position < 0 ? position + extents.Length : position, 0, extents.Length);
        }

        string[] constant = [.. asked.Where(c => copy.IsConstant(c))];
        if (constant.Length == 0)
            return [];
        copy.SetOutputs(constant);
        return constant.Zip(evaluate(copy)).Where(p => p.Second is not null).ToDictionary(p => p.First, p => p.Second!.Value);
    }

    private static void Inline(Graph graph, int position, bool truth)
    {
        var node = graph.Nodes[position];
        var branch = node.Find(truth ? "then_branch" : "else_branch")!.G;
        graph.Proto.Node.RemoveAt(position);
        // What the branch computes for an output alone takes the output's name.
        var own = branch.Node.SelectMany(n => n.Output).ToHashSet();
        var names = new Dictionary<string, string>();
        for (var i = 0; i < Math.Min(node.Output.Count, branch.Output.Count); i++)
        {
            if (node.Output[i].Length > 0 && own.Contains(branch.Output[i].Name))
                names.TryAdd(branch.Output[i].Name, node.Output[i]);
        }

        var before = graph.Proto.Node.Count;
        var results = Bodies.Paste(graph, position, branch, names, n => graph.Contains(n) ? graph.Fresh(n) : n);
        position += graph.Proto.Node.Count - before;
        foreach (var (result, output) in results.Zip(node.Output).Where(p => p.Second.Length > 0 && p.First != p.Second))
        {
            var pass = graph.Insert(position++, "Identity", [result], 1, []);
            pass.Output[0] = output;
            graph.Register(pass);
        }
    }
}
