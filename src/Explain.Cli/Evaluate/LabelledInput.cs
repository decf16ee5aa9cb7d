using System.CommandLine;
using Explain.Cli.Terminal;
using Explain.Evaluation.Annotations;

namespace Explain.Cli.Evaluate;

/// <summary>What verbs take that need pictures of known classes and, where they have them, the places of objects.</summary>
internal sealed class LabelledInput
{
    private readonly Option<string?> _annotations = new("--annotations", "-a")
    {
        Description =
            "What is on the pictures (default: they lie in a folder for each class, called like it): "
            + string.Join("; ", AnnotationFormats.All.Select(f => $"{f.Name}, {f.Meaning}")),
        HelpName = "PATH",
    };

    private readonly Option<string> _output = new("--out", "-o")
    {
        Description = "Folder of the results: report.html, tables, rows/*.parquet and batch.json. What is done there is not done again",
        HelpName = "DIR",
        Required = true,
    };

    private readonly AnnotationReading _reading = new();

    /// <summary>The folder of pictures.</summary>
    public Argument<string> Pictures { get; } = new("PICTURES") { Description = "Folder of the pictures" };

    /// <summary>All options.</summary>
    public IReadOnlyList<Option> All => [_annotations, _output, .. _reading.All];

    /// <summary>The pictures that were named.</summary>
    /// <exception cref="UsageException">A column has no name, or the list of classes cannot be read.</exception>
    public IAnnotatedPictures Read(ParseResult parsed) =>
        _reading.Read(parsed, parsed.GetValue(Pictures)!, parsed.GetValue(_annotations), Output(parsed));

    /// <summary>Folder of the results.</summary>
    public string Output(ParseResult parsed) => parsed.GetValue(_output)!;
}
