using System.Globalization;
using Explain.Evaluation.Localization;
using Explain.Evaluation.Statistics;

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
        new(
            label,
            pairs.Count,
            Figure.OfMean(pairs.Select(p => (p.First.Item, p.Overlap))),
            Figure.OfMean(pairs.Select(p => (p.First.Item, p.Correlation)))
        );
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
    /// <summary>The fewest maps of a class whose agreement is worth a line.</summary>
    public const int FewestMaps = 5;

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
                    .GroupBy(p => p.Class)
                    .Select(g => Agreement.Of(g.Key, [.. g]))
                    .OrderBy(a => double.IsNaN(a.Overlap.Value) ? 2 : a.Overlap.Value)
                    .ThenBy(a => a.Label, StringComparer.Ordinal),
            ]
        );
    }

    /// <summary>Classes with maps enough to speak of.</summary>
    public IEnumerable<Agreement> Known => Classes.Where(c => c.Maps >= FewestMaps && !double.IsNaN(c.Overlap.Value));

    /// <summary>How the maps were made.</summary>
    public IReadOnlyList<Way> Ways => [.. Pairs.SelectMany(p => new[] { p.First.Way(), p.Second.Way() }).Distinct()];

    /// <summary>How many pictures there are.</summary>
    public int Pictures => Pairs.Select(p => p.First.Item).Distinct().Count();

    /// <summary>What it comes to: which one is right more often, which one looks at the objects, how far they agree.</summary>
    public string Verdict
    {
        get
        {
            var (accuracy, pointing, inside) = (Named(TrustFigures.Accuracy), Named(TrustFigures.Pointing), Named(TrustFigures.Inside));
            var looks = pointing.Sign != 0 ? pointing : inside;
            return $"{Compared(accuracy, "right more often")} {Looks(looks)} {Agree} {Trusted(accuracy.Sign, looks.Sign)}";
        }
    }

    private string Agree =>
        double.IsNaN(All.Overlap.Value)
            ? "Their maps cannot be compared."
            : string.Create(CultureInfo.InvariantCulture, $"Their maps overlap by {All.Overlap.Value:0.00}")
                + (Known.Skip(1).Any() ? $", least on '{Known.First().Label}'." : ".");

    private ComparedFigure Named(string name) => Figures.First(f => f.Figure.Name == name);

    private string Name(int sign) => $"'{(sign < 0 ? Names.First : Names.Second)}'";

    private string Looks(ComparedFigure figure) =>
        double.IsNaN(figure.Difference.Value) ? "Where objects are is not known, so nothing tells which one looks at them."
        : figure.Figure.Name == TrustFigures.Pointing ? Compared(figure, "looking at the object more often")
        : Compared(figure, "looking at the object more");

    private string Compared(ComparedFigure figure, string what)
    {
        var shares = string.Create(
            CultureInfo.InvariantCulture,
            $"{100 * figure.First.Value:0.0} % against {100 * figure.Second.Value:0.0} %"
        );
        var numbers = $"{shares}, p {(figure.Chance[0] == '<' ? "" : "= ")}{figure.Chance}";
        return figure.Sign == 0 ? $"Neither is {what} ({numbers})." : $"{Name(figure.Sign)} is {what} ({numbers}).";
    }

    private string Trusted(int right, int looks) =>
        (right, looks) switch
        {
            (0, 0) => "These pictures do not tell which one deserves more trust.",
            (_, 0) => $"By accuracy alone {Name(right)} deserves more trust.",
            _ when right == -looks => $"Before {Name(right)} is trusted for being right, look at where they part.",
            _ => $"{Name(looks)} deserves more trust.",
        };
}
