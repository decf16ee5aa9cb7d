using System.Text.Json;
using CsvHelper;
using Explain.Cli.Terminal;
using Explain.Engine.Vocabulary;

namespace Explain.Cli.Jobs.Items;

/// <summary>
/// A list of images: .txt with a path a line, or .csv or .jsonl with <c>path</c> and, where wanted, <c>target</c> and <c>id</c>. Paths
/// are relative to the manifest.
/// </summary>
internal static class Manifest
{
    private static readonly string[] Fields = ["path", "target", "id"];

    private static readonly CsvReaderOptions Csv = new()
    {
        Separator = ',',
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
        FieldCountMismatch = CsvFieldCountHandling.Throw,
    };

    private static readonly Dictionary<string, Func<string, IEnumerable<Entry>>> Readers = new(StringComparer.OrdinalIgnoreCase)
    {
        [".txt"] = Lines,
        [".csv"] = Table,
        [".jsonl"] = Documents,
    };

    /// <summary>Reads it.</summary>
    /// <exception cref="UsageException">What is wrong with it, and where.</exception>
    public static IReadOnlyList<JobItem> Read(string file)
    {
        if (!Readers.TryGetValue(Path.GetExtension(file), out var reader))
        {
            throw new UsageException(
                $"'{file}' is no manifest by its name; allowed: a folder, or a manifest ending in {string.Join(", ", Readers.Keys)}"
            );
        }

        try
        {
            return Unique(reader(file), Path.GetDirectoryName(Path.GetFullPath(file))!);
        }
        catch (CsvFormatException e)
        {
            throw new UsageException($"'{file}' line {e.LineNumber}: {e.Message}");
        }
        catch (FormatException e)
        {
            throw new UsageException($"'{file}' {e.Message}");
        }
    }

    private static JobItem[] Unique(IEnumerable<Entry> entries, string folder)
    {
        var (items, seen) = (new List<JobItem>(), new Dictionary<string, int>());
        foreach (var entry in entries)
        {
            var item = new JobItem(Name(entry, folder), Text(entry.Id), Text(entry.Target));
            if (!seen.TryAdd(item.Key, entry.Line))
                throw new FormatException($"line {entry.Line} repeats line {seen[item.Key]}: '{item.Name}' with the same target and id");
            items.Add(item);
        }
        return items.Count > 0 ? [.. items] : throw new FormatException("lists no images");
    }

    // One spelling for each file, so that the same one is neither done twice nor in two shards.
    private static string Name(Entry entry, string folder)
    {
        var path = Text(entry.Path) ?? throw new FormatException($"line {entry.Line} has no path");
        if (path.Contains('\0'))
            throw new FormatException($"line {entry.Line} has a path that no file can have");
        return Path.GetRelativePath(folder, Path.GetFullPath(path, folder)).Replace(Path.DirectorySeparatorChar, '/');
    }

    private static string? Text(string? field) => string.IsNullOrWhiteSpace(field) ? null : field.Trim();

    private static IEnumerable<Entry> Lines(string file) =>
        File.ReadLines(file).Select((line, i) => new Entry(i + 1, line, null, null)).Where(e => Text(e.Path) is not null);

    private static IEnumerable<Entry> Table(string file)
    {
        using var csv = CsvReader.Create(File.OpenRead(file), Csv);
        csv.ReadHeader();
        string[] header = [.. (csv.Headers ?? []).Select(name => name.Trim())];
        foreach (var name in header)
            RequireSpelling(name, 1);
        var (path, target, id) = (Array.IndexOf(header, "path"), Array.IndexOf(header, "target"), Array.IndexOf(header, "id"));
        if (path < 0)
        {
            throw new FormatException(
                $"has no column 'path'; its first line names the columns, and they are {string.Join(", ", header.Select(h => $"'{h}'"))}"
            );
        }

        while (csv.Read())
        {
            yield return new Entry(
                (int)csv.LineNumber,
                csv.GetString(path),
                target < 0 ? null : csv.GetString(target),
                id < 0 ? null : csv.GetString(id)
            );
        }
    }

    private static IEnumerable<Entry> Documents(string file)
    {
        foreach (var (number, line) in File.ReadLines(file).Index())
        {
            if (Text(line) is null)
                continue;
            yield return Document(number + 1, line);
        }
    }

    private static Entry Document(int line, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new FormatException($"line {line} is no JSON object such as {{\"path\":\"a.png\",\"target\":\"cat\"}}");
            foreach (var field in document.RootElement.EnumerateObject())
                RequireSpelling(field.Name, line);
            string? Field(string name) =>
                document.RootElement.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
                    ? value.ValueKind == JsonValueKind.String
                        ? value.GetString()
                        : value.GetRawText()
                    : null;
            return new Entry(line, Field("path"), Field("target"), Field("id"));
        }
        catch (JsonException e)
        {
            throw new FormatException($"line {line} is not JSON, byte {e.BytePositionInLine + 1}", e);
        }
    }

    // Other columns may stand beside ours, but a misspelt one would be left out silently.
    private static void RequireSpelling(string name, int line)
    {
        if (!Fields.Contains(name) && Spelling.Closest(name, Fields) is { } meant)
            throw new FormatException($"line {line} names '{name}'; did you mean '{meant}'?");
    }

    private sealed record Entry(int Line, string? Path, string? Target, string? Id);
}
