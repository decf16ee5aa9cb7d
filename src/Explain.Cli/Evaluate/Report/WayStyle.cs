namespace Explain.Cli.Evaluate.Report;

/// <summary>How a way is drawn.</summary>
/// <param name="Color">As <c>#RRGGBB</c>.</param>
/// <param name="Dashes">As SVG has them; null for a solid line.</param>
internal sealed record WayStyle(string Color, string? Dashes)
{
    // Okabe and Ito's, for all kinds of colour vision, without the yellow that white swallows; neighbours differ in brightness, too.
    private static readonly string[] Colors = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7"];
    private static readonly string?[] Strokes = [null, "8 4", "2 3"];

    private static readonly WayStyle[] Baselines = [new("#444444", "6 4"), new("#777777", "2 3"), new("#A0A0A0", "10 3 2 3")];

    /// <summary>The style of each way; baselines are grey.</summary>
    public static IReadOnlyList<WayStyle> Of(IReadOnlyList<ReportWay> ways)
    {
        var (known, unknown) = (0, 0);
        return [.. ways.Select(way => way.IsBaseline ? Baselines[unknown++ % Baselines.Length] : Known(known++))];
    }

    private static WayStyle Known(int number) => new(Colors[number % Colors.Length], Strokes[number / Colors.Length % Strokes.Length]);
}
