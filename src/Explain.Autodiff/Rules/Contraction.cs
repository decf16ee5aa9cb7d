using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rules;

/// <summary>The gradient of <c>Einsum</c>, which is an <c>Einsum</c>.</summary>
internal static class Contraction
{
    private const string Ellipsis = "...";

    /// <summary>
    /// Each factor's cotangent is the contraction of the result's with the other factors. An index that only this factor has was summed
    /// away: ones of the factor's shape stand for it.
    /// </summary>
    /// <exception cref="NotSupportedException">A factor names an index twice.</exception>
    public static Value?[] Gradient(Forward n, Value dy)
    {
        var (factors, result) = Parse(n.Node.String("equation", ""));
        if (factors.Length != n.Count)
            throw n.Refusal($"its equation has {factors.Length} factors for {n.Count} inputs");
        if (factors.FirstOrDefault(HasTwice) is { } diagonal)
            throw n.Refusal($"'{diagonal}' names an index twice");
        return
        [
            .. Enumerable
                .Range(0, n.Count)
                .Select(i =>
                {
                    var others = Enumerable.Range(0, n.Count).Where(j => j != i).ToArray();
                    List<(string Term, Value Value)> terms = [(result, dy), .. others.Select(j => (factors[j], n[j]))];
                    if (factors[i].Replace(Ellipsis, "", StringComparison.Ordinal).Any(index => !terms.Any(t => t.Term.Contains(index))))
                        terms.Add((factors[i], Fill(Shape(n[i]), dy.Element, 1)));
                    var gradient = Emit(
                        "Einsum",
                        terms.Select(t => (Value?)t.Value),
                        Of("equation", $"{string.Join(',', terms.Select(t => t.Term))}->{factors[i]}")
                    );
                    // Axes under an ellipsis may have been repeated.
                    return (Value?)(
                        factors[i].Contains(Ellipsis, StringComparison.Ordinal) ? Broadcast.SumTo(gradient, null, n[i]) : gradient
                    );
                }),
        ];
    }

    // Without a result, it is what stands under the ellipsis and then every index that is named once, in alphabetical order.
    private static (string[] Factors, string Result) Parse(string equation)
    {
        var sides = equation.Replace(" ", "", StringComparison.Ordinal).Split("->");
        var factors = sides[0].Split(',');
        if (sides.Length == 2)
            return (factors, sides[1]);
        var indices = sides[0].Where(char.IsLetter).GroupBy(c => c).Where(g => g.Count() == 1).Select(g => g.Key).Order();
        return (factors, (sides[0].Contains(Ellipsis, StringComparison.Ordinal) ? Ellipsis : "") + string.Concat(indices));
    }

    private static bool HasTwice(string factor) => factor.Where(char.IsLetter).GroupBy(c => c).Any(g => g.Count() > 1);
}
