namespace Explain.Evaluation.Clusters;

/// <summary>The map of a class on a picture.</summary>
/// <param name="Picture">The picture's name.</param>
/// <param name="Class">Index of the class that is explained.</param>
/// <param name="IsThere">Whether the picture is of that class.</param>
/// <param name="Shares">The map, as of <see cref="SmallMap"/>.</param>
/// <param name="Inside">The share of the heat that is in the picture's objects, 0..1; not a number where they are not known.</param>
public sealed record ClassMap(string Picture, int Class, bool IsThere, float[] Shares, double Inside);

/// <summary>Maps of one class that are alike.</summary>
/// <param name="Class">Index of the class.</param>
/// <param name="Maps">The maps.</param>
/// <param name="Mean">The mean of their shares, as of <see cref="SmallMap"/>.</param>
/// <param name="Likeness">The mean cosine between two of them, see <see cref="MapCluster"/>.</param>
/// <param name="Region">Where the mean looks.</param>
public sealed record ClassCluster(int Class, IReadOnlyList<ClassMap> Maps, float[] Mean, double Likeness, MapRegion Region)
{
    /// <summary>The share of the class's maps that look like the mean, 0..1.</summary>
    public double Own { get; init; }

    /// <summary>The share of the maps of all other classes that do, 0..1; not a number where there is none.</summary>
    public double Others { get; init; }

    /// <summary>
    /// How far it is a region that is fixed in the picture, and looked at for this class alone: (own − others) × likeness, 0..1; not a
    /// number where there is no other class.
    /// </summary>
    public double Suspicion => Math.Max(Own - Others, 0) * Likeness;

    /// <summary>
    /// Whether chance does not explain it, and objects, where they are known, do not either: the class may be told by something that stays
    /// in its place, such as a watermark, a photographer's tag or a background.
    /// </summary>
    public bool IsSuspicious { get; init; }

    /// <summary>The share of its pictures that are of the class, 0..1; the others are taken for it.</summary>
    public double Purity => Maps.Average(m => m.IsThere ? 1 : 0);

    /// <summary>The mean share of the heat that is in objects, 0..1; not a number where no object's place is known.</summary>
    public double Inside => Maps.Select(m => m.Inside).Where(share => !double.IsNaN(share)).DefaultIfEmpty(double.NaN).Average();
}
