using System.Text.RegularExpressions;
using Explain.Autodiff.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models.Sessions;

/// <summary>
/// What a failure of ONNX Runtime means to whoever reads it: which node, and what of it. The library's own text changes from version to
/// version and holds paths of the machine it was built on; it is for the log.
/// </summary>
internal static partial class NativeFailure
{
    // The first that fits counts.
    // csharpier-ignore
    private static readonly (Regex Text, Func<GroupCollection, string> Meaning)[] Meanings =
    [
        (OutOfBounds(), g => $"index {g["index"]} is outside of {g["low"]} to {g["high"]}"),
        (NobodyComputes(), g => $"'{g["value"]}' is read, and nothing computes it"),
        (Twice(), g => $"two of its {(g["kind"].Value.StartsWith("two", StringComparison.Ordinal) ? "nodes" : "values")} are called '{g["value"]}'"),
        (StoredSize(), g => $"the stored weights '{g["value"]}' have not the size that their shape asks for"),
        (Memory(), _ => "there is not enough memory"),
        (Kernel(), _ => "there is no kernel for it, or none for these element types"),
        (Opset(), _ => "its opset is missing, or newer than those that it knows"),
        (Number(), _ => "the number of its inputs or outputs is not one that the operator takes"),
        (Attribute(), _ => "an attribute is missing, or has a value that the operator does not take"),
        (Shape(), _ => "the shapes of its inputs do not fit together"),
        (Type(), _ => "the element types of its inputs are not those that the operator takes"),
        (Cycle(), _ => "its nodes read each other in a circle"),
        (Weights(), _ => "the weights beside the file cannot be read"),
    ];

    /// <summary>What is wrong, without a full stop, with the node and its operator where the failure names them.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="graph">What was opened or run.</param>
    public static string Describe(OnnxRuntimeException failure, Graph graph)
    {
        var text = failure.Message;
        var place = Places().Matches(text).Select(m => Place(m.Groups["op"].Value, m.Groups["node"].Value, graph)).FirstOrDefault();
        var meaning = Meanings.Select(m => m.Text.Match(text) is { Success: true } match ? m.Meaning(match.Groups) : null);
        return (place, meaning.FirstOrDefault(m => m is not null)) switch
        {
            ({ } at, { } what) => $"{at}: {what}",
            ({ } at, null) => $"it fails at {at}",
            (null, { } what) => what,
            _ => "the graph as a whole is not one that it takes",
        };
    }

    // The library leaves out the one or the other.
    private static string Place(string op, string name, Graph graph)
    {
        if (name.Length == 0)
            name = graph.Nodes.FirstOrDefault(n => n.OpType == op)?.Name ?? "";
        else if (op.Length == 0)
            op = graph.Nodes.FirstOrDefault(n => n.Name == name || n.Output.Contains(name))?.OpType ?? "node";
        return name.Length == 0 ? op : $"{op} '{name}'";
    }

    [GeneratedRegex(
        """
            running\ (?<op>\S+)\ node\.\ Name:'(?<node>[^']*)'
            |In\ Node,\ \("(?<node>[^"]*)",\ (?<op>[^,]+),
            |Node\ \((?<node>[^)]*)\)\ Op\ \((?<op>[^)]*)\)
            |operator\ \((?<op>[^)]*)\)\ in\ node\ \((?<node>[^)]*)\)
            |Optype\ \((?<op>[^)]*)\)\ .*in\ node\ \((?<node>[^)]*)\)
            |implementation\ for\ (?<op>[\w.]+)\(\d+\)\ node\ with\ name\ '(?<node>[^']*)'
            |(?<op>\w+)\(-?\d+\)\ is\ not\ a\ registered
            |No\ Op\ registered\ for\ (?<op>\w+)
            |Node:\s?'?(?<node>[^\s']+)
            |[Nn]ode\ \((?<node>[^)]+)\)
            |Node\ '(?<node>[^']+)'
            """,
        RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Places();

    [GeneratedRegex(@"idx=(?<index>-?\d+) must be within the inclusive range \[(?<low>-?\d+),\s*(?<high>-?\d+)\]")]
    private static partial Regex OutOfBounds();

    [GeneratedRegex("Node input '(?<value>[^']*)' is not a graph input")]
    private static partial Regex NobodyComputes();

    [GeneratedRegex(@"(?<kind>Duplicate definition of name|two nodes with same node name) \((?<value>[^)]*)\)")]
    private static partial Regex Twice();

    [GeneratedRegex(@"(Initializer '|Shape of initializer |Deserialize tensor )(?<value>[^\s']+)'?(: raw_data| does not match| failed)")]
    private static partial Regex StoredSize();

    [GeneratedRegex("allocate memory|bad.?alloc|out of memory|Integer overflow", RegexOptions.IgnoreCase)]
    private static partial Regex Memory();

    [GeneratedRegex("is not a registered|No Op registered|Could not find an implementation|NotImplemented")]
    private static partial Regex Kernel();

    [GeneratedRegex(@"Missing opset|only \*guarantees\* support for models")]
    private static partial Regex Opset();

    [GeneratedRegex(@"[Aa]ttribute|'attr'|auto_pad|'?axis'? (must be|value)|GetAttr")]
    private static partial Regex Attribute();

    [GeneratedRegex("ShapeInferenceError|shape|dimension|channels|broadcast|rank", RegexOptions.IgnoreCase)]
    private static partial Regex Shape();

    [GeneratedRegex("Type Error|TypeInferenceError|tensor data type|element type|type information")]
    private static partial Regex Type();

    [GeneratedRegex(@"has (input|output) size|not in range \[min|is marked single")]
    private static partial Regex Number();

    [GeneratedRegex("acyclic")]
    private static partial Regex Cycle();

    [GeneratedRegex("external|GetFileLength|file_path", RegexOptions.IgnoreCase)]
    private static partial Regex Weights();
}
