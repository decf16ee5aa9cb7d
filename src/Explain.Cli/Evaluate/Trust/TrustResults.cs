using System.Globalization;
using Explain.Evaluation.Localization;

namespace Explain.Cli.Evaluate.Trust;

/// <summary>How far the maps of two models agree.</summary>
/// <param name="Label">The class; null for all.</param>
/// <param name="Maps">How many pairs of maps there are.</param>
/// <param name="Overlap">Mean intersection over union of what reaches half of each maximum.</param>
/// <param name="Correlation">Mean rank correlation.</param>
internal sealed record Agreement(string? Label, int Maps, Figure Overlap, Figure Correlation)
{
    /// <summary>That of pairs.</summary>
    public static Agreement Of(string? label, IReadOnlyCollection<PairedMaps> pairs) =>
        new(label, pairs.Count, TrustFigures.Mean(pairs.Select(p => p.Overlap)), TrustFigures.Mean(pairs.Select(p => p.Correlation)));
}

/// <summary>What is found of two models.</summary>
/// <param name="Names">What they are called.</param>
/// <param name="Pairs">Their maps.</param>
/// <param name="Failed">How many pictures could not be explained.</param>
/// <param name="Figures">A line a figure.</param>
/// <param name="All">The agreement of all maps.</param>
/// <param name="Classes">That of each class, the least first.</param>
internal sealed record TrustResults(
    (string First, string Second) Names,
    IReadOnlyList<PairedMaps> Pairs,
    int Failed,
    IReadOnlyList<ComparedFigure> Figures,
    Agreement All,
    IReadOnlyList<Agreement> Classes
)
{
    /// <summary>What rows say.</summary>
    /// <param name="rows">Every map.</param>
    /// <param name="failed">How many pictures could not be explained.</param>
    /// <param name="names">What the models are called.</param>
    public static TrustResults Of(IEnumerable<TrustRow> rows, int failed, (string First, string Second) names)
    {
        var pairs = PairedMaps.Of(rows, names.First, names.Second);
        return new TrustResults(
            names,
            pairs,
            failed,
            [.. TrustFigures.All.Select(figure => TrustFigures.Compare(figure, pairs))],
            Agreement.Of(null, pairs),
            [
                .. pairs
                    .GroupBy(p => p.First.Label!)
                    .Select(g => Agreement.Of(g.Key, [.. g]))
                    .OrderBy(a => double.IsNaN(a.Overlap.Value) ? 2 : a.Overlap.Value)
                    .ThenBy(a => a.Label, StringComparer.Ordinal),
            ]
        );
    }

    /// <summary>How many pictures there are.</summary>
    public int Pictures => Pairs.Select(p => p.First.Item).Distinct().Count();

    /// <summary>What it comes to: which one is right more often, which one looks at the objects, how far they agree.</summary>
    public string Verdict
    {
        get
        {
            var (accuracy, pointing) = (Named(TrustFigures.Accuracy), Named(TrustFigures.Pointing));
            return $"{Compared(accuracy, "right")} {Looks(pointing)} {Agree} {Trusted(accuracy.Sign, pointing)}";
        }
    }

    private string Agree =>
        double.IsNaN(All.Overlap.Value)
            ? "Their maps cannot be compared."
            : string.Create(CultureInfo.InvariantCulture, $"Their maps overlap by {All.Overlap.Value:0.00}")
                + (Classes.Count > 1 && !double.IsNaN(Classes[0].Overlap.Value) ? $", least on '{Classes[0].Label}'." : ".");

    private ComparedFigure Named(string name) => Figures.First(f => f.Figure.Name == name);

    private string Name(int sign) => $"'{(sign < 0 ? Names.First : Names.Second)}'";

    private string Looks(ComparedFigure pointing) =>
        double.IsNaN(pointing.Difference.Value)
            ? "Where objects are is not known, so nothing tells which one looks at them."
            : Compared(pointing, "looking at the object");

    private string Compared(ComparedFigure figure, string what)
    {
        var numbers = string.Create(
            CultureInfo.InvariantCulture,
            $"{100 * figure.First.Value:0.0} % against {100 * figure.Second.Value:0.0} %, p = {figure.Probability:0.0000}"
        );
        return figure.Sign == 0 ? $"Neither is {what} more often ({numbers})." : $"{Name(figure.Sign)} is {what} more often ({numbers}).";
    }

    private string Trusted(int right, ComparedFigure pointing) =>
        (right, pointing.Sign) switch
        {
            (0, 0) => "These pictures do not tell which one deserves more trust.",
            (var more, 0) => $"By accuracy alone {Name(more)} deserves more trust.",
            (var more, var looks) when more == -looks => $"{Name(more)} is right for worse reasons: {Name(looks)} deserves more trust.",
            var (_, looks) => $"{Name(looks)} deserves more trust.",
        };
}
