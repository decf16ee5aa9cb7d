using Explain.Autodiff.Graphs;

namespace Explain.Autodiff.Rewriting.Lifting;

/// <summary>Maps that ONNX Runtime keeps in blocks of channels by itself. It does not say what their shapes are.</summary>
internal static class NativeMaps
{
    /// <summary>Their names; types are declared where something says what they are.</summary>
    /// <param name="graph">A graph that ONNX Runtime has optimised.</param>
    /// <param name="block">Channels of a block.</param>
    public static HashSet<string> Find(Graph graph, int block)
    {
        var maps = new HashSet<string>();
        var alike = new List<string[]>();
        foreach (var node in graph.Nodes)
        {
            if (node is { Domain: Lift.Nchwc, OpType: "ReorderOutput" })
            {
                // Others end in blocks that are not whole.
                if (node.Int("channels", 0) % block == 0 && node.Int("channels_last", 0) == 0)
                    alike.Add([node.Input[0], node.Output[0]]);
            }
            // What it reads in blocks it computes there.
            else if (node.Domain == Lift.Nchwc || (OperatorName.IsStandard(node.Domain) && node.Input.Any(maps.Contains)))
            {
                maps.UnionWith(node.Output);
                if (LiftedOperators.Elementwise.Contains(node.OpType))
                    alike.Add([.. node.Input.Where(maps.Contains), .. node.Output]);
            }
        }
        foreach (var names in alike.AsEnumerable().Reverse().Concat(alike))
        {
            if (names.Select(m => graph.Type(m)).FirstOrDefault(t => t is { Rank: 4 }) is not { } type)
                continue;
            foreach (var map in names.Where(m => graph.Type(m)?.Rank is null))
                graph.Declare(map, type);
        }
        return maps;
    }
}
