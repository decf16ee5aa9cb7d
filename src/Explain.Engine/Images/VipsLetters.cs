using System.Security;
using NetVips;

namespace Explain.Engine.Images;

/// <summary>Letters of the system's fonts, by libvips.</summary>
internal static class VipsLetters
{
    private const int AnySize = 12;

    // Without a font every letter is the same box.
    private static readonly Lazy<bool> HasFonts = new(() =>
        Rendered("a", AnySize) is { } a && Rendered("z", AnySize) is { } z && !a.Alpha.AsSpan().SequenceEqual(z.Alpha)
    );

    /// <summary>A line; null without fonts, and where nothing would be seen.</summary>
    public static TextInk? Of(string line, int size) => HasFonts.Value ? Rendered(line, size) : null;

    private static TextInk? Rendered(string line, int size)
    {
        try
        {
            using var text = Image.Text(SecurityElement.Escape(line), font: $"sans {size}", dpi: 72);
            return new TextInk(text.Width, text.Height, (int)text.Get("xoffset"), (int)text.Get("yoffset"), text.WriteToMemory<byte>());
        }
        catch (VipsException)
        {
            return null;
        }
    }
}
