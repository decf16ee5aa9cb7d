namespace Explain.Engine.Models.Layouts;

/// <summary>The grid that tokens come from.</summary>
/// <param name="Height">Rows of patches.</param>
/// <param name="Width">Columns of patches.</param>
/// <param name="Leading">Class and register tokens before the patches.</param>
/// <param name="Trailing">Class and register tokens behind them.</param>
/// <param name="Source">The tensor whose rows and columns became the tokens; null when the grid is a guess from their number.</param>
public sealed record TokenGrid(int Height, int Width, int Leading, int Trailing, string? Source)
{
    // A class token, one more for distillation, and up to eight registers.
    private const int MostOthers = 10;

    /// <summary>Number of patches.</summary>
    internal int Patches => Height * Width;

    /// <summary>The grid with the proportions of an image and the fewest other tokens in front of it; null when there is none.</summary>
    internal static TokenGrid? Guess(int tokens, int height, int width) =>
        Enumerable
            .Range(0, Math.Min(MostOthers, tokens))
            .Select(others => (Others: others, Grid: Like(tokens - others, height, width)))
            .Where(g => g.Grid is not null)
            .Select(g => new TokenGrid(g.Grid!.Value.Height, g.Grid.Value.Width, g.Others, 0, null))
            .FirstOrDefault();

    /// <summary>So many patches in a grid of given proportions.</summary>
    internal static (int Height, int Width)? Like(int patches, int height, int width)
    {
        var rows = (int)Math.Round(Math.Sqrt((double)patches * height / width));
        return rows > 0 && patches % rows == 0 && (long)rows * width == (long)(patches / rows) * height ? (rows, patches / rows) : null;
    }
}
