using System.CommandLine;
using Explain.Cli.Terminal;

namespace Explain.Cli.Evaluate;

/// <summary><c>explain evaluate</c>: what is measured of maps.</summary>
internal static class EvaluateVerb
{
    /// <summary>The verb.</summary>
    /// <param name="shell">Where figures go.</param>
    /// <param name="more">Kinds of evaluation that stand on this folder.</param>
    public static Command Create(Shell shell, params IEnumerable<Command> more)
    {
        var verb = new Command("evaluate", "Measure maps: whether they find objects, whether they are true, and what they tell of a model")
        {
            LocalizationVerb.Create(shell),
            FaithfulnessVerb.Create(shell),
            RandomizationVerb.Create(shell),
        };
        foreach (var kind in more)
            verb.Subcommands.Add(kind);
        return verb;
    }
}
