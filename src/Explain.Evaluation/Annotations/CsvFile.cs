using CsvHelper;

namespace Explain.Evaluation.Annotations;

/// <summary>Reads tables that strangers wrote.</summary>
internal static class CsvFile
{
    private static readonly CsvReaderOptions Options = new()
    {
        Separator = ',',
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
        FieldCountMismatch = CsvFieldCountHandling.Throw,
    };

    /// <summary>Reads one, a row at a time.</summary>
    /// <param name="file">The file.</param>
    /// <param name="rows">From the header, and where it stands, to what reads a row.</param>
    /// <exception cref="FormatException">It is no table, or what the rows' reader says.</exception>
    public static void Read(string file, Func<string[], Place, Action<CsvReader, Place>> rows)
    {
        try
        {
            using var csv = CsvReader.Create(File.OpenRead(file), Options);
            csv.ReadHeader();
            var row = rows([.. (csv.Headers ?? []).Select(name => name.Trim())], new Place(file, 1));
            while (csv.Read())
                row(csv, new Place(file, csv.LineNumber));
        }
        catch (CsvFormatException e)
        {
            throw new Place(file, e.LineNumber).Refusal($"is no line of CSV: {e.Message}", e);
        }
    }
}
