using Explain.Engine.Vocabulary;

namespace Explain.Evaluation.Annotations;

/// <summary>
/// What the columns of a CSV file of boxes may be called. Found by their own names are the picture (<c>path</c>, <c>file</c> or
/// <c>filename</c>), the <c>label</c> (or <c>class</c>), <c>difficult</c> (0 or 1), and the box, in one of three forms:
/// <c>x0, y0, x1, y1</c> are edges, so a box over all of a picture ends at its width and height; <c>xmin, ymin, xmax, ymax</c> are
/// pixels, counted from 0, of which the last ones belong to the box; <c>x, y, width, height</c> are an edge and extents. The picture's
/// extents are <c>picture_width, picture_height</c>, or <c>orig_w, orig_h</c>, or <c>width, height</c> where they are not the box's.
/// Other columns may be chosen for any of them; where those of the box are, the picture's extents are read only when they are chosen as
/// well, as a table may have boxes in pixels of several sizes.
/// </summary>
public static class CsvColumns
{
    internal const string Path = "path";
    internal const string Label = "label";
    internal const string Difficult = "difficult";
    internal const string PictureWidth = "picture_width";
    internal const string PictureHeight = "picture_height";

    /// <summary>The forms of boxes.</summary>
    // csharpier-ignore
    internal static readonly IReadOnlyList<CsvBoxForm> Forms =
    [
        new(["x0", "y0", "x1", "y1"], (x0, y0, x1, y1) => new PixelBox(x0, y0, x1, y1)),
        new(["xmin", "ymin", "xmax", "ymax"], (x0, y0, x1, y1) => new PixelBox(x0, y0, x1 + 1, y1 + 1)),
        new(["x", "y", "width", "height"], (x, y, width, height) => new PixelBox(x, y, x + width, y + height)),
    ];

    /// <summary>What the other columns are called, what is looked for first in front.</summary>
    // csharpier-ignore
    internal static readonly IReadOnlyDictionary<string, string[]> Names = new Dictionary<string, string[]>
    {
        [Path] = [Path, "file", "filename"],
        [Label] = [Label, "class"],
        [Difficult] = [Difficult],
        [PictureWidth] = [PictureWidth, "orig_w", "width"],
        [PictureHeight] = [PictureHeight, "orig_h", "height"],
    };

    private static readonly string[] Roles = [.. Names.Keys, .. Forms.SelectMany(f => f.Columns)];

    /// <summary>Reads a choice of columns, such as <c>label=label1000,x0=bx0_227,y0=by0_227,x1=bx1_227,y1=by1_227</c>.</summary>
    /// <param name="text">Pairs of what a column says and what it is called.</param>
    /// <exception cref="FormatException">A pair is none, comes twice, or its first half is nothing that a column says.</exception>
    public static IReadOnlyDictionary<string, string> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var chosen = new Dictionary<string, string>();
        foreach (var pair in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (pair.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } role, { Length: > 0 } column])
                throw new FormatException($"'{Spelling.Shown(pair)}' chooses no column; such a choice is label=label1000,x0=left");
            RequireRole(role);
            if (!chosen.TryAdd(role, column))
                throw new FormatException($"two columns are chosen for {role}");
        }
        return chosen;
    }

    /// <summary>Refuses what no column can say.</summary>
    /// <exception cref="FormatException">It is such.</exception>
    internal static void RequireRole(string role)
    {
        if (!Roles.Contains(role))
        {
            throw new FormatException(
                $"'{Spelling.Shown(role)}' is nothing that a column says;{Spelling.Hint(role, Roles)} allowed: {string.Join(", ", Roles)}"
            );
        }
    }
}

/// <summary>A way to write a box in four columns.</summary>
/// <param name="Columns">What they are called.</param>
/// <param name="Box">The box of their values.</param>
internal sealed record CsvBoxForm(string[] Columns, Func<double, double, double, double, PixelBox> Box);
