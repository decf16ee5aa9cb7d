using Explain.Cli.Terminal;
using Explain.Engine.Parameters;

namespace Explain.Cli.Image;

/// <summary>One image to explain.</summary>
/// <param name="Input">Its file, as given.</param>
/// <param name="Output">The file to write; null for standard output.</param>
internal sealed record OutputItem(string Input, string? Output);

/// <summary>What is written where, known and checked before anything is computed.</summary>
/// <param name="Items">In the order given.</param>
/// <param name="Format">One for all.</param>
internal sealed record OutputPlan(IReadOnlyList<OutputItem> Items, AnswerFormat Format)
{
    // csharpier-ignore
    private static readonly Dictionary<string, AnswerFormat> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = AnswerFormat.Png,
        [".jpg"] = AnswerFormat.Jpeg,
        [".jpeg"] = AnswerFormat.Jpeg,
        [".webp"] = AnswerFormat.Webp,
        [".json"] = AnswerFormat.Json,
        [".npy"] = AnswerFormat.Npy,
    };

    /// <summary>Makes the plan.</summary>
    /// <param name="inputs">The images.</param>
    /// <param name="output">File or folder; null for the working directory.</param>
    /// <param name="asked">The format asked for; null to go by the name of the file.</param>
    /// <param name="method">Part of the names that are made up.</param>
    /// <exception cref="UsageException">It would overwrite an input, or files would have to lie in something that is no folder.</exception>
    public static OutputPlan Make(IReadOnlyList<string> inputs, string? output, AnswerFormat? asked, string method)
    {
        var folder = output is not null && (inputs.Count > 1 || Directory.Exists(output) || Path.EndsInDirectorySeparator(output));
        if (folder && File.Exists(output))
            throw new UsageException($"--out '{output}' is a file; {inputs.Count} images need a folder");
        var format = asked ?? (output is null || folder ? AnswerFormat.Png : FormatOf(output));
        if (output is null && format == AnswerFormat.Json)
            return new OutputPlan([.. inputs.Select(input => new OutputItem(input, null))], format);

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var ending = $".{method}.{format.ToString().ToLowerInvariant()}";
        var items = inputs
            .Select(input => new OutputItem(
                input,
                output is null ? Name(input, ending, names)
                    : folder ? Path.Combine(output, Name(input, ending, names))
                    : output
            ))
            .ToArray();
        var read = inputs.Select(CanonicalPath.Of).ToHashSet(CanonicalPath.Comparer);
        if (items.FirstOrDefault(item => read.Contains(CanonicalPath.Of(item.Output!))) is { } clash)
            throw new UsageException($"'{clash.Output}' is one of the images and would be overwritten; choose another --out");
        return new OutputPlan(items, format);
    }

    private static AnswerFormat FormatOf(string file)
    {
        var extension = Path.GetExtension(file);
        if (extension.Length == 0)
            return AnswerFormat.Png;
        return Formats.TryGetValue(extension, out var format)
            ? format
            : throw new UsageException(
                $"--out '{file}' ends in no format that can be written; allowed: {string.Join(", ", Formats.Keys)}, or say --format"
            );
    }

    // Images of the same name from several folders are numbered in the order given.
    private static string Name(string input, string ending, HashSet<string> taken)
    {
        var stem = Path.GetFileNameWithoutExtension(input);
        var name = stem + ending;
        for (var number = 2; !taken.Add(name); number++)
            name = $"{stem}-{number}{ending}";
        return name;
    }
}
