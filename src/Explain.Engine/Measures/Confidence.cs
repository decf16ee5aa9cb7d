namespace Explain.Engine.Measures;

/// <summary>What the score is under the map.</summary>
internal static class Confidence
{
    /// <summary>What is lost, as the convention counts it (Chattopadhyay et al. 2018, average drop).</summary>
    public static double Drop(Measurement of) =>
        of.Convention.AbsoluteDrop ? Math.Max(of.Score - Seen(of), 0) : Share(of, of.Convention.DropEpsilon);

    /// <summary>Whether something is gained.</summary>
    public static bool Increases(Measurement of) => Seen(of) > of.Score;

    /// <summary>What is gained of what a probability lacks to 1; null where the score is none.</summary>
    public static double? Gain(Measurement of) =>
        !of.OfProbability ? null
        : of.Score >= 1 ? 0
        : Math.Max(Seen(of) - of.Score, 0) / (1 - of.Score);

    /// <summary>Harmonic mean of coherency, 1 - complexity and 1 - average drop; null where one of them is missing.</summary>
    public static double? Adcc(Measurement of, double? coherency, double complexity) =>
        of.OfProbability && coherency is { } known ? Harmonic(0, known, 1 - complexity, 1 - Share(of, 0)) : null;

    /// <summary>The same with twice the ROAD in the place of 1 - average drop.</summary>
    public static double? Arcc(Measurement of, double? coherency, double complexity) =>
        of.OfProbability && coherency is { } known
            ? Harmonic(1e-8, known, 1 - complexity, Math.Clamp(2 * Road.Of(of, percent => percent % 20 == 0), 0, 1))
            : null;

    // Where a part is 0, so is the mean.
    private static double Harmonic(double epsilon, params ReadOnlySpan<double> parts)
    {
        var sum = 0.0;
        foreach (var part in parts)
            sum += 1 / (part + epsilon);
        return parts.Length / sum;
    }

    private static double Seen(Measurement of) => of.Scores(Pictures.Masked)[0];

    private static double Share(Measurement of, double epsilon) =>
        of.Score == 0 ? 0 : Math.Max((of.Score - Seen(of)) / (Math.Abs(of.Score) + epsilon), 0);
}
