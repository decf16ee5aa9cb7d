using System.Globalization;
using CsvHelper;
using Explain.Engine.Vocabulary;

namespace Explain.Evaluation.Annotations;

/// <summary>Reads a table with a box a row; rows of one picture need not follow each other.</summary>
internal static class CsvBoxes
{
    /// <summary>Reads it; what its columns are called is said at <see cref="CsvColumns"/>.</summary>
    /// <exception cref="FormatException">What is wrong with it, and in which line.</exception>
    public static IReadOnlyList<AnnotatedImage> Read(string file, AnnotationOptions options)
    {
        var list = new PictureList(file, options);
        CsvFile.Read(file, (header, place) =>
        {
            var layout = CsvLayout.Of(place, header, options.Columns);
            return (csv, row) => Row(csv, row, layout, list, options);
        });
        return list.All();
    }

    private static void Row(CsvReader csv, Place place, CsvLayout layout, PictureList list, AnnotationOptions options)
    {
        (int, int)? size = layout.Size is { } at ? (Extent(at.Width), Extent(at.Height)) : null;
        double[] corners = [.. layout.Corners.Select(Number)];
        var label = Text(layout.Label);
        var difficult = layout.Difficult is { } column && Flag(column);
        if (list.Picture(place, size, Text(layout.Path)) is not { } picture)
            return;
        var box = layout.Form.Box(corners[0], corners[1], corners[2], corners[3]);
        if (BoxRules.Fit(box, size, place, options.LeaveOutEmpty) is { } fitted)
            picture.Add(new AnnotatedObject(label, fitted) { Difficult = difficult });

        string Text(int column) => csv.GetString(column).Trim() is { Length: > 0 } text ? text : throw Bad(column, "empty");

        double Number(int column) =>
            double.TryParse(Text(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
                ? value
                : throw Bad(column, "no number");

        int Extent(int column) =>
            int.TryParse(Text(column), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
                ? value
                : throw Bad(column, "no extent of a picture");

        bool Flag(int column) =>
            csv.GetString(column).Trim().ToUpperInvariant() switch
            {
                "" or "0" or "FALSE" => false,
                "1" or "TRUE" => true,
                _ => throw Bad(column, "neither 0 nor 1"),
            };

        FormatException Bad(int column, string why) =>
            place.Refusal($"has '{Spelling.Shown(csv.GetString(column))}' in column {csv.Headers?[column]}, which is {why}");
    }
}
