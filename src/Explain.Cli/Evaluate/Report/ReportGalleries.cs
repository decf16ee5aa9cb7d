using System.Globalization;

namespace Explain.Cli.Evaluate.Report;

/// <summary>The pictures of a report on localisation.</summary>
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
                {PictureCards.Write([.. gallery.Pictures.Select(Card)])}
                </section>
                """;

    private static PictureCard Card(ReportPicture picture) =>
        new(
            picture.Name,
            [$"{picture.Class}, rank {picture.Rank}", .. picture.Views.Select(v => $"{v.Way}: overlap {Overlap(v)}")],
            [
                .. picture.Views.Select(v => new CardView(
                    $"Map of {v.Way} for {picture.Class} over {picture.Name}; overlap {Overlap(v)}",
                    v.WebP,
                    v.Width,
                    v.Height
                )),
            ]
        )
        {
            Missing = picture.Missing,
        };

    private static string Overlap(ReportView view) => view.Overlap.ToString("0.00", CultureInfo.InvariantCulture);
}
