using System.Globalization;
using Explain.Engine.Vocabulary;

namespace Explain.Evaluation.Annotations;

/// <summary>Reads which class of a model each label is, where the model's own labels do not tell.</summary>
public static class ClassIndices
{
    private static readonly string[] Keys = ["wnid", "label"];

    /// <summary>Reads a CSV file with the columns <c>wnid</c> or <c>label</c>, and <c>index</c>, counted from 0.</summary>
    /// <param name="file">The file.</param>
    /// <returns>Class index by WordNet id or label, as they are written.</returns>
    /// <exception cref="FormatException">What is wrong with it, and in which line; or it is not there.</exception>
    public static IReadOnlyDictionary<string, int> Read(string file)
    {
        var indices = new Dictionary<string, int>(StringComparer.Ordinal);
        try
        {
            CsvFile.Read(file, (header, place) =>
            {
                int[] keys = [.. Keys.Select(name => Array.IndexOf(header, name)).Where(at => at >= 0)];
                var index = Array.IndexOf(header, "index");
                if (keys is not [var key] || index < 0)
                    throw place.Refusal($"is to name two columns, {string.Join(" or ", Keys)}, and index");
                return (csv, row) => Add(row, csv.GetString(key).Trim(), csv.GetString(index).Trim());
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"'{file}' cannot be read: {e.Message}", e);
        }
        return indices;

        void Add(Place row, string label, string text)
        {
            if (label.Length == 0)
                throw row.Refusal("has no label");
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                throw row.Refusal($"has '{Spelling.Shown(text)}' for a class index");
            if (!indices.TryAdd(label, index) && indices[label] != index)
                throw row.Refusal($"says that '{Spelling.Shown(label)}' is class {index}, and an earlier line {indices[label]}");
        }
    }
}
