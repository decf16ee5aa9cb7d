namespace Explain.Cli.Evaluate.Report;

/// <summary>A table of text. Names and labels come from strangers: none is written but encoded.</summary>
internal static class TextTable
{
    /// <summary>Writes it.</summary>
    /// <param name="caption">What it says.</param>
    /// <param name="heads">Heads of the columns; the first is that of the rows' heads.</param>
    /// <param name="rows">Text of the cells; columns of words begin at their left.</param>
    public static string Write(string caption, IReadOnlyList<string> heads, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        string[] classes =
        [
            .. heads.Select((_, i) => rows.Any(row => row[i].Length > 0 && char.IsLetter(row[i][0])) ? " class=\"words\"" : ""),
        ];
        return $"""
            <div class="wide" tabindex="0">
            <table>
            <caption><span>{PageText.Encoded(caption)}</span></caption>
            <thead><tr>{string.Concat(
                heads.Select((head, i) => $"<th scope=\"col\"{classes[i]}>{PageText.Encoded(head)}</th>")
            )}</tr></thead>
            <tbody>
            {string.Join('\n', rows.Select(row => Row(row, classes)))}
            </tbody>
            </table>
            </div>
            """;
    }

    private static string Row(IReadOnlyList<string> cells, string[] classes) =>
        $"<tr><th scope=\"row\"><bdi>{PageText.Encoded(cells[0])}</bdi></th>"
        + string.Concat(cells.Skip(1).Zip(classes.Skip(1), (cell, kind) => $"<td{kind}>{PageText.Encoded(cell)}</td>"))
        + "</tr>";
}
