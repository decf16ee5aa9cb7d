namespace Explain.Evaluation.Annotations;

/// <summary>Which column of a file says what.</summary>
/// <param name="Path">The picture.</param>
/// <param name="Label">The label.</param>
/// <param name="Form">How boxes are written.</param>
/// <param name="Corners">The four columns of the form.</param>
/// <param name="Size">The picture's extents; null where no columns say them.</param>
/// <param name="Difficult">Whether an object is difficult; null where no column says it.</param>
internal sealed record CsvLayout(int Path, int Label, CsvBoxForm Form, int[] Corners, (int Width, int Height)? Size, int? Difficult)
{
    /// <summary>Finds them.</summary>
    /// <param name="place">The line of the header.</param>
    /// <param name="header">Its names.</param>
    /// <param name="chosen">What the caller chose, by what the columns say.</param>
    /// <exception cref="FormatException">One that is needed or was chosen is not there, or is there twice.</exception>
    public static CsvLayout Of(Place place, string[] header, IReadOnlyDictionary<string, string> chosen)
    {
        foreach (var (role, column) in chosen)
        {
            CsvColumns.RequireRole(role);
            Require(column);
        }

        var form = FormOf(place, header, chosen);
        var ownBox = !form.Columns.Any(chosen.ContainsKey);
        int?[] size = [.. new[] { CsvColumns.PictureWidth, CsvColumns.PictureHeight }.Select(Extent)];
        if (size is [null, not null] or [not null, null])
            throw place.Refusal("has a column of the picture's width or height alone; both are needed, or none");
        return new CsvLayout(
            Find(CsvColumns.Path) ?? throw Lacking(CsvColumns.Path),
            Find(CsvColumns.Label) ?? throw Lacking(CsvColumns.Label),
            form,
            [.. form.Columns.Select(role => Require(chosen.GetValueOrDefault(role, role)))],
            size is [{ } width, { } height] ? (width, height) : null,
            Find(CsvColumns.Difficult)
        );

        int? Find(string role) =>
            chosen.TryGetValue(role, out var column) ? Require(column)
            : CsvColumns.Names[role].FirstOrDefault(header.Contains) is { } name ? Require(name)
            : null;

        int? Extent(string role) =>
            chosen.TryGetValue(role, out var column) ? Require(column)
            : ownBox && CsvColumns.Names[role].Except(form.Columns).FirstOrDefault(header.Contains) is { } name ? Require(name)
            : null;

        int Require(string column) =>
            Array.IndexOf(header, column) is var at and >= 0
                ? Array.LastIndexOf(header, column) == at
                    ? at
                    : throw place.Refusal($"has two columns '{column}'")
                : throw place.Refusal($"has no column '{column}'; its columns are {Quoted(header)}");

        FormatException Lacking(string role) =>
            place.Refusal($"has no column {Quoted(CsvColumns.Names[role], " or ")}; choose one of its columns: {Quoted(header)}");
    }

    private static CsvBoxForm FormOf(Place place, string[] header, IReadOnlyDictionary<string, string> chosen)
    {
        CsvBoxForm[] begun = [.. CsvColumns.Forms.Where(f => f.Columns.Any(chosen.ContainsKey))];
        if (begun is [var one] && one.Columns.All(chosen.ContainsKey))
            return one;
        var all = string.Join("; or ", CsvColumns.Forms.Select(f => string.Join(", ", f.Columns)));
        if (begun.Length > 0)
            throw place.Refusal($"has its box's columns chosen in part, or in several forms; choose all four of {all}");
        CsvBoxForm[] there = [.. CsvColumns.Forms.Where(f => f.Columns.All(header.Contains))];
        return there switch
        {
            [var own] => own,
            [] => throw place.Refusal($"has no columns of a box, which are {all}; choose them among its columns: {Quoted(header)}"),
            _ => throw place.Refusal($"has boxes in several forms; choose the four columns of one of {all}"),
        };
    }

    private static string Quoted(IEnumerable<string> names, string between = ", ") =>
        string.Join(between, names.Select(name => $"'{Engine.Vocabulary.Spelling.Shown(name)}'"));
}
