namespace Explain.Autodiff.Backpropagation;

/// <summary>A node on the differentiated path whose operator has no rule.</summary>
/// <param name="Operator">ONNX operator name, with its mode or domain where that matters.</param>
/// <param name="Node">Node name, or its first output when it has none.</param>
/// <param name="WhyNotApart">Why it was not taken apart as others of its operator are; null where none is.</param>
public readonly record struct MissingRule(string Operator, string Node, string? WhyNotApart = null);

/// <summary>The gradient asked for needs operators without a rule.</summary>
/// <param name="missing">All of them, from output to input.</param>
public sealed class MissingRuleException(IReadOnlyList<MissingRule> missing)
    : Exception($"no gradient rule for {string.Join(", ", missing.GroupBy(m => (m.Operator, m.WhyNotApart)).Select(Describe))}")
{
    /// <summary>Every node without a rule on the path.</summary>
    public IReadOnlyList<MissingRule> Missing { get; } = missing;

    private static string Describe(IGrouping<(string Operator, string? WhyNotApart), MissingRule> nodes) =>
        $"{nodes.Key.Operator} (node '{nodes.First().Node}'{(nodes.Count() > 1 ? $" and {nodes.Count() - 1} more" : "")}"
        + $"{(nodes.Key.WhyNotApart is { } reason ? $": it cannot be taken apart, as {reason}" : "")})";
}
