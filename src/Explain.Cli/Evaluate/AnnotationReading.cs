using System.CommandLine;
using Explain.Cli.Terminal;
using Explain.Engine.Images;
using Explain.Evaluation.Annotations;

namespace Explain.Cli.Evaluate;

/// <summary>The options that say how annotations are read.</summary>
internal sealed class AnnotationReading
{
    private readonly Option<string?> _format = new("--annotations-format")
    {
        Description = $"Format of the annotations: {string.Join(", ", AnnotationFormats.All.Select(f => f.Name))} (default: by the files)",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _columns = new("--columns")
    {
        Description = "Which columns of a table say what, as label=wnid,x0=left; others are found by their own names",
        HelpName = "NAME=COLUMN,…",
    };

    private readonly Option<bool> _leaveOut = new("--leave-out-unknown")
    {
        Description = "Leave out pictures that are not there and labels that a model does not have, in the place of refusing them",
    };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_format, _columns, _leaveOut];

    /// <summary>What was said.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="pictures">Folder of the pictures.</param>
    /// <exception cref="UsageException">A column has no name.</exception>
    public AnnotationOptions Read(ParseResult parsed, string pictures) =>
        new()
        {
            Format = parsed.GetValue(_format),
            Pictures = pictures,
            LeaveOutMissing = parsed.GetValue(_leaveOut),
            LeaveOutEmpty = parsed.GetValue(_leaveOut),
            Columns = Columns(parsed.GetValue(_columns)),
            Codec = new VipsImageCodec(),
        };

    private static Dictionary<string, string> Columns(string? text)
    {
        var columns = new Dictionary<string, string>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (part.Split('=') is not [{ Length: > 0 } name, { Length: > 0 } column] || !columns.TryAdd(name, column))
                throw new UsageException($"--columns: '{part}' is not allowed; allowed: NAME=COLUMN, each name once");
        }
        return columns;
    }
}
