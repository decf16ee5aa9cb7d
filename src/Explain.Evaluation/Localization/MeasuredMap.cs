namespace Explain.Evaluation.Localization;

/// <summary>What is measured of one class on one picture, by one way to explain it.</summary>
/// <param name="Picture">The picture's name.</param>
/// <param name="Class">Class index.</param>
/// <param name="Rank">The place of the class among the model's predictions, from 1; other classes on the picture do not count.</param>
/// <param name="Difficult">Whether <see cref="PointingGame.IsDifficult"/> says so.</param>
/// <param name="Places">How the map stands to the objects.</param>
public sealed record MeasuredMap(string Picture, int Class, int Rank, bool Difficult, MapPlaces Places);

/// <summary>A model, and how it is explained.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Method">Method id, or the name of a baseline.</param>
/// <param name="Layer">Target layer; null for a baseline.</param>
public sealed record Way(string Model, string Method, string? Layer)
{
    /// <summary>Whether its maps know nothing of the model.</summary>
    public bool IsBaseline => Layer is null;
}
