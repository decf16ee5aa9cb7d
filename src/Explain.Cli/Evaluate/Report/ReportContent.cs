namespace Explain.Cli.Evaluate.Report;

/// <summary>All that a report of localisation says.</summary>
/// <param name="Facts">What was measured, and how.</param>
/// <param name="Figures">The figures of the ways to explain.</param>
/// <param name="Fits">By way, by step of the threshold: the share of maps whose box fits.</param>
/// <param name="Classes">The classes with most pictures, those first.</param>
/// <param name="Galleries">Pictures.</param>
internal sealed record ReportContent(
    IReadOnlyList<ReportFact> Facts,
    ReportFigures Figures,
    IReadOnlyList<IReadOnlyList<double>> Fits,
    IReadOnlyList<ReportClass> Classes,
    IReadOnlyList<ReportGallery> Galleries
);

/// <summary>A class.</summary>
/// <param name="Name">Label or index.</param>
/// <param name="Pictures">How many pictures have it.</param>
/// <param name="Pointing">By way: the pointing game; not a number where the way has no map of it.</param>
internal sealed record ReportClass(string Name, int Pictures, IReadOnlyList<double> Pointing);

/// <summary>Pictures that have something in common.</summary>
/// <param name="Title">What.</param>
/// <param name="Meaning">The same in a sentence.</param>
/// <param name="Pictures">The pictures.</param>
internal sealed record ReportGallery(string Title, string Meaning, IReadOnlyList<ReportPicture> Pictures);

/// <summary>A class on a picture.</summary>
/// <param name="Name">Name of the picture.</param>
/// <param name="Class">Label or index.</param>
/// <param name="Rank">The place of the class among the model's predictions, from 1; other classes on the picture do not count.</param>
/// <param name="Views">Its maps; none where they could not be drawn.</param>
internal sealed record ReportPicture(string Name, string Class, int Rank, IReadOnlyList<ReportView> Views)
{
    /// <summary>Why it is not shown; null where it is.</summary>
    public string? Missing { get; init; }
}

/// <summary>A map over a picture, with the true boxes and the one that was found.</summary>
/// <param name="Way">Name of the way.</param>
/// <param name="Overlap">The found box's, 0..1.</param>
/// <param name="WebP">The encoded image.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Height">Its rows.</param>
internal sealed record ReportView(string Way, double Overlap, byte[] WebP, int Width, int Height);
