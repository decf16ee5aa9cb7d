namespace Explain.Demo.Scenes;

/// <summary>A colour, each part 0 to 1.</summary>
internal readonly record struct Rgb(double R, double G, double B)
{
    /// <summary>From hue (turns), saturation and value, each 0 to 1.</summary>
    public static Rgb FromHsv(double hue, double saturation, double value)
    {
        double Part(double shift)
        {
            var turn = hue + shift;
            var ramp = Math.Clamp(Math.Abs((turn - Math.Floor(turn)) * 6 - 3) - 1, 0, 1);
            return value * (1 - saturation + saturation * ramp);
        }
        return new Rgb(Part(0), Part(2.0 / 3), Part(1.0 / 3));
    }

    public static Rgb Mix(Rgb a, Rgb b, double share) =>
        new(a.R + (b.R - a.R) * share, a.G + (b.G - a.G) * share, a.B + (b.B - a.B) * share);

    public Rgb Scale(double factor) => new(R * factor, G * factor, B * factor);

    /// <summary>How different two colours look, roughly: luma counts double.</summary>
    public static double Contrast(Rgb a, Rgb b)
    {
        var (r, g, blue) = (a.R - b.R, a.G - b.G, a.B - b.B);
        var luma = 0.299 * r + 0.587 * g + 0.114 * blue;
        return Math.Sqrt((r * r + g * g + blue * blue) / 3 + 2 * luma * luma);
    }
}
