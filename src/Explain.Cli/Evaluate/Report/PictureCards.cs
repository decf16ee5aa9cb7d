namespace Explain.Cli.Evaluate.Report;

/// <summary>A picture of a report with one map or several.</summary>
/// <param name="Name">Name of the picture; empty for a map without one.</param>
/// <param name="Lines">What is said of it, the first line in bold.</param>
/// <param name="Views">Its maps; none where they could not be drawn.</param>
internal sealed record PictureCard(string Name, IReadOnlyList<string> Lines, IReadOnlyList<CardView> Views)
{
    /// <summary>Why it is not shown; null where it is.</summary>
    public string? Missing { get; init; }
}

/// <summary>A drawn map.</summary>
/// <param name="Description">What somebody hears who does not see it.</param>
/// <param name="WebP">The encoded image.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Height">Its rows.</param>
internal sealed record CardView(string Description, byte[] WebP, int Width, int Height);

/// <summary>Writes pictures side by side.</summary>
internal static class PictureCards
{
    /// <summary>Their markup; nothing where there are none.</summary>
    public static string Write(IReadOnlyList<PictureCard> cards) =>
        cards.Count == 0
            ? ""
            : $"""
                <ul class="gallery">
                {string.Join('\n', cards.Where(c => c.Missing is null).Select(Card))}
                </ul>
                {Missing([.. cards.Where(c => c.Missing is not null)])}
                """;

    private static string Card(PictureCard card) =>
        $"""
            <li><figure><div class="views">{string.Concat(card.Views.Select(View))}</div>
            <figcaption>{string.Join("<br>\n", card.Lines.Select(Line))}<br>
            <bdi class="name">{PageText.Encoded(card.Name)}</bdi></figcaption></figure></li>
            """;

    private static string Line(string text, int number)
    {
        var encoded = $"<bdi>{PageText.Encoded(text)}</bdi>";
        return number == 0 ? $"<strong>{encoded}</strong>" : encoded;
    }

    private static string View(CardView view)
    {
        var data = Convert.ToBase64String(view.WebP);
        var seen = PageText.Encoded(view.Description);
        return $"""<img src="data:image/webp;base64,{data}" width="{view.Width}" height="{view.Height}" alt="{seen}">""";
    }

    private static string Missing(PictureCard[] missing) =>
        missing.Length == 0
            ? ""
            : $"""
                <p>Not shown:</p>
                <ul>{string.Concat(
                    missing.Select(c => $"<li><bdi>{PageText.Encoded(c.Name)}</bdi>: {PageText.Encoded(c.Missing!)}</li>")
                )}</ul>
                """;
}
