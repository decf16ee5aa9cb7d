using System.Globalization;

namespace Explain.Cli.Evaluate.Report;

/// <summary>The pictures of a report.</summary>
internal static class ReportGalleries
{
    /// <summary>Writes those that have something in common; nothing where there are none.</summary>
    public static string Write(ReportGallery gallery) =>
        gallery.Pictures.Count == 0
            ? ""
            : $"""
                <section>
                <h2>{gallery.Title}</h2>
                <p>{PageText.Encoded(gallery.Meaning)} White lines are true boxes, yellow dashes the box that was found.</p>
                <ul class="gallery">
                {string.Join('\n', gallery.Pictures.Where(p => p.Missing is null).Select(Picture))}
                </ul>
                {Missing([.. gallery.Pictures.Where(p => p.Missing is not null)])}
                </section>
                """;

    private static string Picture(ReportPicture picture) =>
        $"""
            <li><figure><div class="views">{string.Concat(picture.Views.Select(v => View(picture, v)))}</div>
            <figcaption><strong><bdi>{PageText.Encoded(picture.Class)}</bdi></strong>, rank {picture.Rank}<br>
            {string.Concat(picture.Views.Select(v => $"<span><bdi>{PageText.Encoded(v.Way)}</bdi>: overlap {Overlap(v)}</span><br>"))}
            <bdi class="name">{PageText.Encoded(picture.Name)}</bdi></figcaption></figure></li>
            """;

    private static string View(ReportPicture picture, ReportView view)
    {
        var seen = PageText.Encoded($"Map of {view.Way} for {picture.Class} over {picture.Name}; overlap {Overlap(view)}");
        var data = Convert.ToBase64String(view.WebP);
        return $"""<img src="data:image/webp;base64,{data}" width="{view.Width}" height="{view.Height}" alt="{seen}">""";
    }

    private static string Missing(ReportPicture[] missing) =>
        missing.Length == 0
            ? ""
            : $"""
                <p>Not shown:</p>
                <ul>{string.Concat(
                    missing.Select(p => $"<li><bdi>{PageText.Encoded(p.Name)}</bdi>: {PageText.Encoded(p.Missing!)}</li>")
                )}</ul>
                """;

    private static string Overlap(ReportView view) => view.Overlap.ToString("0.00", CultureInfo.InvariantCulture);
}
