using System.Text.Json.Serialization;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Terminal;
using Parquet.Serialization;
using Parquet.Serialization.Attributes;

namespace Explain.Cli.Jobs.Rows;

/// <summary>Rows as Parquet files.</summary>
internal static class RowFile
{
    /// <summary>Writes a file.</summary>
    /// <exception cref="OutputException">That is not possible.</exception>
    public static Task WriteAsync<TRow>(AtomicFiles files, string file, IEnumerable<TRow> rows) => files.WriteAsync(file, async stream =>
        {
            // The library looks back at what it wrote, and goes to and fro.
            using var content = new MemoryStream();
            await ParquetSerializer.SerializeAsync(rows, content);
            content.Position = 0;
            await content.CopyToAsync(stream);
        });

    /// <summary>Reads the items' keys alone.</summary>
    /// <exception cref="UsageException">The file is damaged.</exception>
    public static async Task<IEnumerable<string>> KeysAsync(string file, CancellationToken cancellation) =>
        (await ReadAsync<KeyColumn>(file, cancellation)).Select(row => row.Key);

    /// <summary>Reads the columns that a row has.</summary>
    /// <exception cref="UsageException">The file is damaged.</exception>
    public static async Task<IList<T>> ReadAsync<T>(string file, CancellationToken cancellation)
        where T : class, new()
    {
        try
        {
            await using var stream = File.OpenRead(file);
            return (await ParquetSerializer.DeserializeAsync<T>(stream, cancellationToken: cancellation)).Data;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new UsageException($"'{file}' cannot be read: {e.Message} Without it, what it says is done would be done again");
        }
    }

    /// <summary>The rows of several files, one after the other.</summary>
    /// <exception cref="UsageException">A file is damaged.</exception>
    public static async Task<IReadOnlyList<T>> ReadAllAsync<T>(IEnumerable<string> files, CancellationToken cancellation)
        where T : class, new()
    {
        var rows = new List<T>();
        foreach (var file in files)
            rows.AddRange(await ReadAsync<T>(file, cancellation));
        return rows;
    }

    private sealed class KeyColumn
    {
        [JsonPropertyName("key"), ParquetRequired]
        public string Key { get; set; } = "";
    }
}
