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

    private readonly Option<string?> _classes = new("--classes")
    {
        Description = "Which class index a label is, where the model's labels do not tell: a .csv with label and index",
        HelpName = "FILE.csv",
    };

    private readonly Option<MaskLabels> _masks = new("--mask-labels")
    {
        Description = "Where the labels of masks in PNG come from: folder (its name), index (the grey value) or voc (the colour)",
        HelpName = "TEXT",
    };

    private readonly Option<bool> _leaveOut = new("--leave-out-unknown")
    {
        Description = "Leave out pictures that are not there and labels that a model does not have, in the place of refusing them",
    };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_format, _columns, _classes, _masks, _leaveOut];

    /// <summary>What was said.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="pictures">Folder of the pictures.</param>
    /// <param name="annotations">A file or a folder.</param>
    /// <exception cref="UsageException">A column has no name, or the list of classes cannot be read.</exception>
    public AnnotatedFolder Read(ParseResult parsed, string pictures, string annotations)
    {
        var leaveOut = parsed.GetValue(_leaveOut);
        try
        {
            var options = new AnnotationOptions
            {
                Format = parsed.GetValue(_format),
                Pictures = pictures,
                LeaveOutMissing = leaveOut,
                LeaveOutEmpty = leaveOut,
                Columns = parsed.GetValue(_columns) is { } columns ? CsvColumns.Parse(columns) : new Dictionary<string, string>(),
                MaskLabels = parsed.GetValue(_masks),
                Codec = new VipsImageCodec(),
            };
            return new AnnotatedFolder(pictures, annotations, options, Classes(parsed), leaveOut);
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message);
        }
    }

    /// <summary>What was said where labels will do: without annotations, they are the names of the folders that pictures lie in.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="pictures">Folder of the pictures.</param>
    /// <param name="annotations">A file or a folder; null for none.</param>
    /// <param name="output">Folder of the results.</param>
    /// <exception cref="UsageException">As of the other.</exception>
    public IAnnotatedPictures Read(ParseResult parsed, string pictures, string? annotations, string output) =>
        annotations is null
            ? new LabelledFolder(pictures, output, Classes(parsed), parsed.GetValue(_leaveOut))
            : Read(parsed, pictures, annotations);

    private IReadOnlyDictionary<string, int>? Classes(ParseResult parsed)
    {
        try
        {
            return parsed.GetValue(_classes) is { } file ? ClassIndices.Read(file) : null;
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message);
        }
    }
}
