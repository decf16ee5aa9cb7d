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
}
