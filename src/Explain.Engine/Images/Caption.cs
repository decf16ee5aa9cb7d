using System.Globalization;

namespace Explain.Engine.Images;

/// <summary>One line of text in the codec's letters, in whatever script they know; without any, printable ASCII alone.</summary>
internal static class Caption
{
    /// <summary>Height of a line, pixels at scale 1.</summary>
    public const int Height = 16;

    private const int LetterSize = 12;
    private const int AboveLetters = 1;
    private const int MostCharacters = 256;

    /// <summary>Draws white letters over an image; a text that is too wide is cut and ends in dots.</summary>
    /// <param name="codec">Has the letters.</param>
    /// <param name="image">Drawn on.</param>
    /// <param name="text">One line; what breaks lines or steers terminals counts as a space.</param>
    /// <param name="left">Pixels.</param>
    /// <param name="top">Pixels.</param>
    /// <param name="width">Pixels there are for the text.</param>
    /// <param name="scale">Times <see cref="Height"/> is the height of the line in pixels.</param>
    public static void Write(IImageCodec codec, RgbImage image, string text, int left, int top, int width, int scale)
    {
        var line = OneLine(text);
        if (Fitted(codec, line, width, LetterSize * scale) is { } ink)
            Blend(image, ink, left, top + AboveLetters * scale, (Height - AboveLetters) * scale, width);
        else
            BitmapFont.Write(image, BitmapFont.Fit(line, (width / scale - 1) / BitmapFont.Advance), left, top + 4 * scale, scale);
    }

    private static string OneLine(string text) =>
        new([.. text.Take(MostCharacters).Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)]);

    // The longest beginning that fits, by what readers take for letters.
    private static TextInk? Fitted(IImageCodec codec, string line, int width, int size)
    {
        var whole = codec.Letters(line, size);
        if (whole is null || whole.Right <= width)
            return whole;
        var letters = new StringInfo(line);
        var (fits, tooLong) = (0, letters.LengthInTextElements);
        while (tooLong - fits > 1)
        {
            var middle = (fits + tooLong) / 2;
            if (codec.Letters(Cut(letters, middle), size) is { } cut && cut.Right <= width)
                fits = middle;
            else
                tooLong = middle;
        }
        return codec.Letters(Cut(letters, fits), size);
    }

    private static string Cut(StringInfo letters, int count) =>
        (count == 0 ? "" : letters.SubstringByTextElements(0, count).TrimEnd()) + "…";

    private static void Blend(RgbImage image, TextInk ink, int left, int top, int height, int width)
    {
        for (var y = 0; y < ink.Height && ink.Top + y < height; y++)
        {
            for (var x = 0; x < ink.Width && ink.Left + x < width; x++)
            {
                var at = ((top + ink.Top + y) * image.Width + left + ink.Left + x) * 3;
                foreach (ref var channel in image.Pixels.AsSpan(at, 3))
                    channel += (byte)((255 - channel) * ink.Alpha[y * ink.Width + x] / 255);
            }
        }
    }
}
