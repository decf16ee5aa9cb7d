using Explain.Cli.Evaluate.Report;
using Explain.Engine.Models.Reading;
using Explain.Evaluation.Localization;

namespace Explain.Cli.Evaluate;

/// <summary>What a report says of the run that it is of.</summary>
/// <param name="Pictures">What the pictures are called.</param>
/// <param name="Models">The models.</param>
/// <param name="Question">What is asked of every picture.</param>
internal sealed record RunFacts(string Pictures, IReadOnlyList<ModelDescription> Models, MapQuestion Question)
{
    /// <summary>What is measured, and how.</summary>
    /// <param name="pictures">How many pictures are measured.</param>
    /// <param name="failed">How many could not be measured.</param>
    /// <param name="ways">How their maps were made.</param>
    public IEnumerable<ReportFact> Of(int pictures, int failed, IReadOnlyList<Way> ways)
    {
        yield return new ReportFact(
            "Pictures",
            $"{pictures} of {Pictures}{(failed > 0 ? $", and {failed} that could not be measured" : "")}"
        );
        foreach (var model in Models)
            yield return new ReportFact("Model", $"{model.Name}, {model.Classes} classes, SHA-256 {model.Sha256}");
        Way[] known = [.. ways.Where(w => !w.IsBaseline)];
        yield return new ReportFact("Methods", List(known.Select(w => w.Method)));
        yield return new ReportFact("Layers", List(known.Select(w => w.Layer!)));
        if (known.Length < ways.Count)
            yield return new ReportFact("Baselines", List(ways.Where(w => w.IsBaseline).Select(w => w.Method)));
        var given = Question.Given.OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key}={g.Value}").ToArray();
        yield return new ReportFact("Parameters", given.Length > 0 ? string.Join(", ", given) : "the defaults");
    }

    /// <summary>What a folder or a file is called in a report: the last of its path.</summary>
    public static string NameOf(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Distinct());
}
