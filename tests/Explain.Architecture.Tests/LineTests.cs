namespace Explain.Architecture.Tests;

/// <summary>No line is longer than a reader sees at once; rows of tables alone may be.</summary>
public sealed class LineTests
{
    private const int Columns = 140;

    [Fact]
    public void LinesOutsideTablesHave140ColumnsAtMost() =>
        AssertNone(
            from source in Sources.All
            let tables = Table.Of(source.Value)
            from line in source.Value.Split('\n').Select((text, n) => (text.Length, n))
            where line.Length > Columns && !tables.Any(t => t.Rows?.First <= line.n && line.n <= t.Rows?.Last)
            select $"{source.Key}:{line.n + 1}: {line.Length} columns"
        );

    [Fact]
    public void OnlyTablesKeepTheirLinesFromTheFormatter() =>
        AssertNone(
            from source in Sources.All
            from table in Table.Of(source.Value)
            where table.Rows is null
            select $"{source.Key}:{table.Line + 1}: what follows is no table"
        );

    [Fact]
    public void SourcesAreFound() => Assert.InRange(Sources.All.Count, 500, int.MaxValue);

    private static void AssertNone(IEnumerable<string> found)
    {
        var lines = found.ToArray();
        Assert.True(lines.Length == 0, string.Join('\n', lines));
    }
}
