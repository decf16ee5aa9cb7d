using System.Globalization;
using System.Xml.Linq;
using ScottPlot;

namespace Explain.Cli.Evaluate.Report;

/// <summary>A plot as an element of a page.</summary>
/// <remarks>
/// Its words are the page's: the library would write them in a font of this machine, without the letters that this font lacks, and on a
/// machine without fonts not at all.
/// </remarks>
internal sealed class PlotSheet : IDisposable
{
    private readonly (int Width, int Height) _size;
    private readonly PixelPadding _margins;
    private readonly CoordinateRange _across;
    private readonly CoordinateRange _up;
    private readonly List<XElement> _words = [];

    /// <summary>An empty plot.</summary>
    /// <param name="size">Columns and rows.</param>
    /// <param name="margins">What is left for words around it.</param>
    /// <param name="across">Values from left to right.</param>
    /// <param name="up">Values from below.</param>
    public PlotSheet((int Width, int Height) size, PixelPadding margins, CoordinateRange across, CoordinateRange up)
    {
        (_size, _margins, _across, _up) = (size, margins, across, up);
        Plot.Layout.Fixed(margins);
        Plot.Axes.SetLimits(across.Min, across.Max, up.Min, up.Max);
    }

    /// <summary>What is drawn.</summary>
    public Plot Plot { get; } = new();

    /// <summary>The column of a value.</summary>
    public double X(double value) =>
        _margins.Left + (value - _across.Min) / _across.Length * (_size.Width - _margins.Left - _margins.Right);

    /// <summary>The row of a value.</summary>
    public double Y(double value) =>
        _size.Height - _margins.Bottom - (value - _up.Min) / _up.Length * (_size.Height - _margins.Top - _margins.Bottom);

    /// <summary>Marks an axis at values that have no words yet.</summary>
    public static void Mark(IAxis axis, IReadOnlyCollection<double> values) => axis.SetTicks([.. values], [.. values.Select(_ => "")]);

    /// <summary>Writes a word.</summary>
    /// <param name="x">Column.</param>
    /// <param name="y">Row of its middle.</param>
    /// <param name="text">The word.</param>
    /// <param name="anchor">Where x is in it: <c>start</c>, <c>middle</c> or <c>end</c>.</param>
    /// <param name="upward">Whether it is written upward.</param>
    public void Write(double x, double y, string text, string anchor, bool upward = false) =>
        _words.Add(
            new XElement(
                "text",
                new XAttribute("x", Number(x)),
                new XAttribute("y", Number(y)),
                new XAttribute("text-anchor", anchor),
                new XAttribute("dominant-baseline", "central"),
                upward ? new XAttribute("transform", $"rotate(-90 {Number(x)} {Number(y)})") : null,
                PageText.Printable(text)
            )
        );

    /// <summary>The element.</summary>
    /// <param name="name">What its own names begin with, which are the page's.</param>
    /// <param name="description">What somebody hears who does not see it.</param>
    public XElement Draw(string name, string description)
    {
        var drawn = XElement.Parse(Plot.GetSvgXml(_size.Width, _size.Height));
        drawn.Descendants().Where(e => e.Name.LocalName == "text").Remove();
        // Numbered through all plots of the process.
        var names = drawn.Descendants().Attributes("id").Select((id, i) => (id.Value, New: $"{name}-{i}")).ToDictionary();
        return new XElement(
            "svg",
            new XAttribute("viewBox", $"0 0 {_size.Width} {_size.Height}"),
            new XAttribute("role", "img"),
            new XAttribute("aria-label", PageText.Printable(description)),
            drawn.Elements().Select(e => Plain(e, names)),
            _words
        );
    }

    /// <summary>Gives the first groups of a drawing, which are its curves, the dashes of their styles.</summary>
    /// <param name="drawing">Its curves were added before all else.</param>
    /// <param name="styles">One a curve.</param>
    /// <remarks>The library cannot write dashes as such. It draws each curve in a group of its own.</remarks>
    public static XElement Dashed(XElement drawing, IReadOnlyList<WayStyle> styles)
    {
        foreach (var (group, style) in drawing.Elements("g").Zip(styles))
        {
            foreach (var path in group.Elements("path"))
                path.SetAttributeValue("stroke-dasharray", style.Dashes);
        }
        return drawing;
    }

    public void Dispose() => Plot.Dispose();

    // In a page, elements of SVG have no namespace.
    private static XElement Plain(XElement element, Dictionary<string, string> names) =>
        new(
            element.Name.LocalName,
            element
                .Attributes()
                .Where(a => !a.IsNamespaceDeclaration)
                .Select(a => new XAttribute(a.Name.LocalName, Renamed(a.Value, names))),
            element.Elements().Select(e => Plain(e, names))
        );

    private static string Renamed(string value, Dictionary<string, string> names) =>
        names.TryGetValue(value, out var own) ? own
        : value.StartsWith("url(#", StringComparison.Ordinal) && names.TryGetValue(value[5..^1], out var other) ? $"url(#{other})"
        : value;

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
