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
    /// away: ones of the factor's shape stand for it. One that the factor names again, which takes its diagonal, is an index of its own
    /// together with a unit matrix.
    /// </summary>
    public static Value?[] Gradient(Forward n, Value dy)
    {
        var (factors, result) = Parse(n.Node.String("equation", ""));
        if (factors.Length != n.Count)
            throw n.Refusal($"its equation has {factors.Length} factors for {n.Count} inputs");
        var unused = new Queue<char>(Enumerable.Range('a', 26).Concat(Enumerable.Range('A', 26)).Select(c => (char)c));
        foreach (var index in factors.SelectMany(f => f))
            unused = new(unused.Where(c => c != index));
        return [.. Enumerable.Range(0, n.Count).Select(i => (Value?)OfFactor(n, dy, factors, result, i, new(unused)))];
    }

    private static Value OfFactor(Forward n, Value dy, string[] factors, string result, int i, Queue<char> unused)
    {
        List<(string Term, Value Value)> terms = [(result, dy)];
        terms.AddRange(Enumerable.Range(0, n.Count).Where(j => j != i).Select(j => (factors[j], n[j])));
        var factor = "";
        foreach (var (position, index) in factors[i].Index())
        {
            if (!char.IsLetter(index) || !factor.Contains(index, StringComparison.Ordinal))
            {
                factor += index;
                continue;
            }
            var again = unused.Count > 0 ? unused.Dequeue() : throw n.Refusal("its equation names all letters");
            // Behind an ellipsis, axes are counted from the last.
            var axis =
                factors[i].IndexOf(Ellipsis, StringComparison.Ordinal) is var dots && dots >= 0 && dots < position
                    ? position - factors[i].Length
                    : position;
            var extent = Extent(n[i], axis);
            terms.Add(($"{index}{again}", Emit("EyeLike", [Fill(Concat(0, extent, extent), dy.Element, 0)])));
            factor += again;
        }
        if (factor.Any(index => char.IsLetter(index) && !terms.Any(t => t.Term.Contains(index, StringComparison.Ordinal))))
            terms.Add((factor, Fill(Shape(n[i]), dy.Element, 1)));
        var gradient = Emit(
            "Einsum",
            terms.Select(t => (Value?)t.Value),
            Of("equation", $"{string.Join(',', terms.Select(t => t.Term))}->{factor}")
        );
        // Axes under an ellipsis may have been repeated.
        return factor.Contains(Ellipsis, StringComparison.Ordinal) ? Broadcast.SumTo(gradient, null, n[i]) : gradient;
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
}
