using System.CommandLine;
using Explain.Cli.Terminal;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;

namespace Explain.Cli.Image;

/// <summary>The rows of the parameter table as options; their values are read by the table alone.</summary>
/// <param name="scope">The parameters of what.</param>
/// <param name="others">Options of the verb that are no parameters, with their dashes.</param>
internal sealed class ParameterOptions(ParameterScope scope, IReadOnlyList<string> others)
{
    private const string Dashes = "--";

    public IReadOnlyList<Option<string[]>> All { get; } = [.. ParameterTable.For(scope).Select(Create)];

    /// <summary>Reads them.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="files">What was taken for file names: a misspelt option is among them.</param>
    /// <exception cref="UsageException">A misspelt option that is no parameter.</exception>
    /// <exception cref="Engine.Vocabulary.ExplainException">Every wrong parameter at once.</exception>
    public RequestParameters Read(ParseResult parsed, IReadOnlyList<string> files)
    {
        var strays = files.Where(f => f.StartsWith('-') && !File.Exists(f)).Select(f => f.Split('=')[0]).ToArray();
        foreach (var stray in strays)
        {
            if (Spelling.Closest(stray, others) is { } meant)
                throw new UsageException($"{stray} is not an option; did you mean {meant}?");
        }
        return ParameterTable.Parse(scope, Given(parsed).Concat(strays.Select(Unknown)));
    }

    /// <summary>Those that the command line has, as they stand there.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Given(ParseResult parsed) =>
        [.. All.SelectMany(o => (parsed.GetValue(o) ?? []).Select(value => KeyValuePair.Create(o.Name[Dashes.Length..], value)))];

    // With one dash the name stays as it is: no parameter's name has one.
    private static KeyValuePair<string, string> Unknown(string stray) =>
        KeyValuePair.Create(stray.StartsWith(Dashes, StringComparison.Ordinal) ? stray[Dashes.Length..] : stray, "");

    private static Option<string[]> Create(Parameter row) =>
        new(Dashes + row.Name)
        {
            // Twice is an error that the table reports.
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
            HelpName = row.Kind is ParameterKind.Number or ParameterKind.Integer ? "NUMBER" : "TEXT",
            Description =
                row.Name == "format"
                    ? "What is written: png, jpeg, webp, json or npy (default: as --out ends, else png)"
                    : $"{row.Summary} {Sentence(row.Values)} (default: {row.Default})",
        };

    private static string Sentence(string values) => char.ToUpperInvariant(values[0]) + values[1..] + ".";
}
