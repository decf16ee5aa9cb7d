using System.Collections.Frozen;
using System.Text.Json.Serialization;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;

namespace Explain.Autodiff.Rules;

/// <summary>How a derivative passes an operator.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GradientKind>))]
public enum GradientKind
{
    /// <summary>By a rule.</summary>
    [JsonStringEnumMemberName("rule")]
    Rule,

    /// <summary>Not at all: what it computes is constant for the derivative.</summary>
    [JsonStringEnumMemberName("zero")]
    Zero,

    /// <summary>It cannot: what it takes or gives is no tensor of floats, or is drawn at random.</summary>
    [JsonStringEnumMemberName("not-differentiable")]
    NotDifferentiable,

    /// <summary>It would, but there is no rule.</summary>
    [JsonStringEnumMemberName("missing")]
    Missing,
}

/// <summary>What a derivative does at each operator, from the rules themselves.</summary>
public static class OperatorTable
{
    // Older names, of which Upgrade writes the newer ones, and two that OperatorName takes for the same operator.
    // csharpier-ignore
    private static readonly FrozenDictionary<string, string> Renamed = new Dictionary<string, string>
    {
        ["Upsample"] = "Resize",
        ["Scatter"] = "ScatterElements",
        ["com.microsoft.QuantizeLinear"] = "QuantizeLinear",
        ["com.microsoft.DequantizeLinear"] = "DequantizeLinear",
    }.ToFrozenDictionary();

    /// <summary>
    /// Every operator of the default domain that ONNX Runtime knows, those of com.microsoft that tools ship, and modes that are functions
    /// of their own.
    /// </summary>
    public static IReadOnlyList<KnownOperator> Operators => OperatorList.All;

    /// <summary>What a derivative does at an operator.</summary>
    /// <param name="name">The operator as <see cref="OperatorName"/> spells it.</param>
    public static GradientKind KindOf(string name) =>
        OperatorList.WithoutDerivative.Contains(name) ? GradientKind.NotDifferentiable
        : GradientRules.NotDifferentiable.Contains(name) ? GradientKind.Zero
        : GradientRules.Plain.Has(Renamed.GetValueOrDefault(name, name))
        || GradientRules.WithBodies.Contains(name)
        || QuantizedOperators.TakesApart(name)
        || Definitions.TakesApart(name)
            ? GradientKind.Rule
        : GradientKind.Missing;

    /// <summary>The operator that another one is read as, if it is only an older name; else null.</summary>
    /// <param name="name">The operator as <see cref="OperatorName"/> spells it.</param>
    public static string? NewNameOf(string name) => Renamed.GetValueOrDefault(name) is { } other && other != name ? other : null;

    /// <summary>Whether an operator passes the derivative by others: it is taken apart, or its rule comes from its definition.</summary>
    /// <param name="name">The operator as <see cref="OperatorName"/> spells it.</param>
    public static bool HasParts(string name) =>
        QuantizedOperators.TakesApart(name) || Definitions.TakesApart(name) || GradientRules.Plain.Find(name)?.Definition is not null;

    /// <summary>
    /// The operators by which the derivative passes one that <see cref="HasParts"/>: those of its definition that lie between inputs and
    /// outputs of floats, without those that count positions and shapes.
    /// </summary>
    /// <param name="example">A graph of one node, with the types of its inputs declared; it is taken apart.</param>
    public static IReadOnlyList<string> PartsOf(Graph example)
    {
        var node = example.Nodes.Single();
        string[] results = [.. node.Output.Where(o => o.Length > 0)];
        if (GradientRules.Plain.Find(node)?.Definition is { } definition)
        {
            Value?[] made = [.. definition(new Forward(example, node))];
            results = [.. made.OfType<Value>().Select(v => v.Name)];
            example.Proto.Node.Remove(node);
        }
        while (Definitions.TakeApart(example))
        {
            // A definition may use operators that have one.
        }
        QuantizedOperators.Dequantize(example);
        var (active, needed) = (Paths.From(example, example.Inputs), Walk.Ancestors(example, results));
        return
        [
            .. example
                .Nodes.Where(n => !Paths.EndAt(n) && n.Output.Any(o => active.Contains(o) && needed.Contains(o)))
                .Select(OperatorName.Of)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
    }
}
