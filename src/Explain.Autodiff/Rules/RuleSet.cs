using System.Collections.Frozen;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Rules;

/// <summary>
/// A table of gradient rules. Guided backpropagation, relevance propagation and their kin are the plain table with some entries replaced.
/// </summary>
/// <param name="name">Name, for cache keys and messages.</param>
/// <param name="rules">Operator name to rule.</param>
public sealed class RuleSet(string name, IEnumerable<KeyValuePair<string, GradientRule>> rules)
{
    private readonly FrozenDictionary<string, GradientRule> _rules = rules.ToFrozenDictionary();

    /// <summary>Name of the set.</summary>
    public string Name { get; } = name;

    /// <summary>Operators that have a rule.</summary>
    public IEnumerable<string> Operators => _rules.Keys;

    /// <summary>Whether what the opposite classifier hands down is taken off (see <see cref="RuleSets.Contrastive"/>).</summary>
    public bool TakesOffOpposite { get; private init; }

    /// <summary>Whether what is handed down begins as the score itself, not as 1.</summary>
    public bool BeginsWithScore { get; private init; }

    /// <summary>Whether the rules look at differences between two inputs: the graph then takes the second one, too.</summary>
    public bool ComparesInputs { get; private init; }

    /// <summary>The rule for a node, or null.</summary>
    public GradientRule? Find(NodeProto node) => _rules.GetValueOrDefault(OperatorName.Of(node));

    /// <summary>Whether an operator has a rule; its name is spelled as by <see cref="OperatorName"/>.</summary>
    public bool Has(string name) => _rules.ContainsKey(name);

    /// <summary>The same set with some rules replaced or added.</summary>
    public RuleSet With(string name, params IEnumerable<KeyValuePair<string, GradientRule>> replacements) =>
        new(name, _rules.Concat(replacements).GroupBy(r => r.Key).Select(g => g.Last()))
        {
            BeginsWithScore = BeginsWithScore,
            TakesOffOpposite = TakesOffOpposite,
        };

    /// <summary>The same set, beginning with the score.</summary>
    public RuleSet FromScore() => new(Name, _rules) { BeginsWithScore = true };

    /// <summary>The same set, less what the opposite classifier hands down.</summary>
    public RuleSet LessOpposite(string name) => new(name, _rules) { TakesOffOpposite = true };

    /// <summary>The same set, with a second input to measure differences from.</summary>
    public RuleSet ComparingInputs() => new(Name, _rules) { ComparesInputs = true };

    /// <summary>The rule of an operator that has one.</summary>
    internal GradientRule Rule(string op) => _rules[op];
}
