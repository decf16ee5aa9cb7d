using System.Collections.Frozen;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Rules;

/// <summary>
/// A table of gradient rules. Guided backpropagation, relevance propagation and their kin are the plain table with some entries replaced.
/// </summary>
public sealed record RuleSet
{
    /// <summary>A set of rules, by the names of their operators.</summary>
    public RuleSet(string name, IEnumerable<KeyValuePair<string, GradientRule>> rules)
    {
        (Name, Rules) = (name, rules.ToFrozenDictionary());
    }

    /// <summary>Name of the set, for cache keys and messages.</summary>
    public string Name { get; init; }

    private FrozenDictionary<string, GradientRule> Rules { get; init; }

    /// <summary>Operators that have a rule.</summary>
    internal IEnumerable<string> Operators => Rules.Keys;

    /// <summary>Whether what the opposite classifier hands down is taken off (see <see cref="RuleSets.Contrastive"/>).</summary>
    public bool TakesOffOpposite { get; init; }

    /// <summary>Whether what is handed down begins as the score itself, not as 1.</summary>
    public bool BeginsWithScore { get; init; }

    /// <summary>Whether the rules look at differences between two inputs: the graph then takes the second one, too.</summary>
    public bool ComparesInputs { get; init; }

    /// <summary>The rule for a node, or null.</summary>
    public GradientRule? Find(NodeProto node) => Rules.GetValueOrDefault(OperatorName.Of(node));

    /// <summary>The rule of an operator, spelled as by <see cref="OperatorName"/>, or null.</summary>
    internal GradientRule? Find(string name) => Rules.GetValueOrDefault(name);

    /// <summary>Whether an operator has a rule; its name is spelled as by <see cref="OperatorName"/>.</summary>
    public bool Has(string name) => Rules.ContainsKey(name);

    /// <summary>The same set with some rules replaced or added.</summary>
    public RuleSet With(string name, params IEnumerable<KeyValuePair<string, GradientRule>> replacements) =>
        this with
        {
            Name = name,
            Rules = Rules.Concat(replacements).ToFrozenDictionary(),
        };

    /// <summary>The rule of an operator that has one.</summary>
    internal GradientRule Rule(string op) => Rules[op];

    /// <summary>Rows of a table: what is a rule for one operator is one for several.</summary>
    internal static IEnumerable<KeyValuePair<string, GradientRule>> Each(IEnumerable<string> operators, Func<string, GradientRule> rule) =>
        operators.Select(op => KeyValuePair.Create(op, rule(op)));
}
