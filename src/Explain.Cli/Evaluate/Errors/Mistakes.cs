namespace Explain.Cli.Evaluate.Errors;

/// <summary>A picture that is taken for another class.</summary>
/// <param name="Wrong">The map of the class that is predicted.</param>
/// <param name="True">The map of the class of the picture; of several, of the most probable.</param>
/// <param name="InRegion">Whether the map of the predicted class is in a suspicious cluster.</param>
internal sealed record Mistake(ErrorsRow Wrong, ErrorsRow True, bool InRegion);

/// <summary>A place where a model looks when it is wrong.</summary>
/// <param name="Name">A short name.</param>
/// <param name="Meaning">One line.</param>
/// <param name="Holds">Whether the map of the predicted class looks there.</param>
internal sealed record MistakePlace(string Name, string Meaning, Func<Mistake, bool> Holds);

/// <summary>Where a model looks when it is wrong: the first place that fits.</summary>
internal static class Mistakes
{
    private const double MostAtBorder = 2 / 3.0;
    private const double HalfInside = 0.5;

    /// <summary>The places, in the order in which they are tried.</summary>
    // csharpier-ignore
    public static IReadOnlyList<MistakePlace> Places { get; } =
    [
        new("region",  "in a suspicious cluster of the class that it is taken for", m => m.InRegion),
        new("nowhere", "a map that is the same everywhere",                         m => m.Wrong.Constant),
        new("inside",  "half of the heat or more in the objects",                   m => m.Wrong.Inside >= HalfInside),
        new("border",  "two thirds of the heat or more in the outermost eighth of the picture on each side", m => m.Wrong.Border >= MostAtBorder),
        new("outside", "more than half of the heat beside the objects",             m => !double.IsNaN(m.Wrong.Inside)),
        new("within",  "in the picture; where objects are is not known",            _ => true),
    ];

    /// <summary>Where the model looked.</summary>
    public static MistakePlace PlaceOf(Mistake mistake) => Places.First(place => place.Holds(mistake));
}
