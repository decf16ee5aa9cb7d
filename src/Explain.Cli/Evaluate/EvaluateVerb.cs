using System.CommandLine;
using Explain.Cli.Terminal;

namespace Explain.Cli.Evaluate;

/// <summary><c>explain evaluate</c>: what is measured of maps.</summary>
internal static class EvaluateVerb
{
    public static Command Create(Shell shell) =>
        new("evaluate", "Measure maps: whether they find objects, are faithful, and depend on the model")
        {
            LocalizationVerb.Create(shell),
            FaithfulnessVerb.Create(shell),
            RandomizationVerb.Create(shell),
        };
}
