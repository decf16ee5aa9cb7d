using Spectre.Console;

namespace Explain.Cli.Terminal;

/// <summary>A table: drawn for a person at a terminal, plain aligned columns in a file or a pipe.</summary>
internal static class Columns
{
    private const string Indent = "  ";

    public static void Write(Shell shell, IReadOnlyList<string> headers, IReadOnlyCollection<IReadOnlyList<string>> rows)
    {
        if (shell.OutIsTerminal)
        {
            Draw(shell, headers, rows);
        }
        else
        {
            foreach (var row in rows.Prepend(headers))
                shell.Out.WriteLine(Line(row, Widths(headers, rows)));
        }
    }

    private static void Draw(Shell shell, IReadOnlyList<string> headers, IReadOnlyCollection<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var header in headers)
            table.AddColumn(new TableColumn(new Text(header)));
        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(shell.Out) }).Write(table);
    }

    private static int[] Widths(IReadOnlyList<string> headers, IReadOnlyCollection<IReadOnlyList<string>> rows) =>
        [.. headers.Select((header, i) => rows.Select(row => row[i].Length).Append(header.Length).Max())];

    private static string Line(IReadOnlyList<string> cells, int[] widths) =>
        Indent + string.Join(Indent, cells.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd();
}
