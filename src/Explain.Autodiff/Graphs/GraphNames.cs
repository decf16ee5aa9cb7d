using System.Globalization;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Graphs;

/// <summary>Every name that a graph uses, for values and for nodes, inside control flow too.</summary>
internal sealed class GraphNames
{
    private readonly HashSet<string> _all = [];
    private readonly Dictionary<string, NodeProto> _nodes = [];

    /// <summary>Collects the names of a graph.</summary>
    public GraphNames(GraphProto graph)
    {
        var open = new Stack<GraphProto>([graph]);
        while (open.TryPop(out var next))
        {
            foreach (var info in next.Input.Concat(next.Output).Concat(next.ValueInfo))
                _all.Add(info.Name);
            foreach (var tensor in next.Initializer)
                _all.Add(tensor.Name);
            foreach (var node in next.Node)
            {
                _all.Add(node.Name);
                _all.UnionWith(node.Output);
                foreach (var inner in node.Attribute.SelectMany(a => a.Graphs.Append(a.G)).OfType<GraphProto>())
                    open.Push(inner);
            }
        }
    }

    /// <summary>Whether something has this name.</summary>
    public bool Contains(string name) => _all.Contains(name);

    /// <summary>Notes a name.</summary>
    public void Add(string name) => _all.Add(name);

    /// <summary>The name, with a number behind it where something has it, as something's from now on.</summary>
    public string Free(string name)
    {
        var free = Numbered(name, _all.Contains);
        _all.Add(free);
        return free;
    }

    /// <summary>The name, with the first number behind it that makes it another than those that are taken.</summary>
    public static string Numbered(string name, Func<string, bool> isTaken)
    {
        var free = name;
        for (var number = 2; isTaken(free); number++)
            free = string.Create(CultureInfo.InvariantCulture, $"{name}_{number}");
        return free;
    }

    /// <summary>Lets a node of the outermost graph have its name; false when another node has it.</summary>
    public bool Claim(NodeProto node)
    {
        _all.Add(node.Name);
        return node.Name.Length == 0 || _nodes.TryAdd(node.Name, node) || ReferenceEquals(_nodes[node.Name], node);
    }

    /// <summary>The prefix itself, or with a number before its slash, so that no name begins with it.</summary>
    public string FreePrefix(string usual)
    {
        var begin = usual.TrimEnd('/');
        var used = _all.Where(n => n.StartsWith(begin, StringComparison.Ordinal))
            .Select(n => n.IndexOf('/') is > 0 and var slash ? n[..(slash + 1)] : "")
            .ToHashSet();
        var prefix = usual;
        for (var number = 2; used.Contains(prefix); number++)
            prefix = begin + number.ToString(CultureInfo.InvariantCulture) + "/";
        return prefix;
    }
}
