using System.Xml.Linq;

namespace Explain.Cli.Evaluate.Report;

/// <summary>A plot on a page.</summary>
internal static class PlotFigure
{
    /// <summary>A plot with its key.</summary>
    public static string Write(XElement drawing, IReadOnlyList<ReportWay> ways) =>
        $"""
            <figure class="plot">
            <div class="wide" tabindex="0">{drawing.ToString(SaveOptions.DisableFormatting)}</div>
            <figcaption>{Key(ways)}</figcaption>
            </figure>
            """;

    /// <summary>A small one among others, which have one key for all.</summary>
    public static string WriteSmall(XElement drawing, ReportMeasure measure) =>
        $"""
            <figure class="plot"><figcaption><strong>{measure.Name}</strong> {measure.Better}</figcaption>
            {drawing.ToString(SaveOptions.DisableFormatting)}</figure>
            """;

    /// <summary>What the lines of each way look like.</summary>
    public static string Key(IReadOnlyList<ReportWay> ways) => $"<ul>{string.Concat(ways.Zip(WayStyle.Of(ways), Key))}</ul>";

    private static string Key(ReportWay way, WayStyle style) =>
        $"""
            <li><svg viewBox="0 0 36 12" aria-hidden="true"><path d="M0 6H36" stroke="{style.Color}" stroke-width="4" {Dashes(
                style
            )}/></svg><bdi>{PageText.Encoded(way.Name)}</bdi></li>
            """;

    private static string Dashes(WayStyle style) => style.Dashes is { } dashes ? $"""stroke-dasharray="{dashes}" """ : "";
}
