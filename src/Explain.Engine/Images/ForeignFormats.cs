using System.Text;

namespace Explain.Engine.Images;

/// <summary>Recognises images that are not read, so that a refusal can name them.</summary>
internal static class ForeignFormats
{
    private const int TextBytes = 256;

    // Where a file has its brand, and by which letters (ISO 14496-12, HEIF, AVIF).
    private const int Brand = 8;

    /// <summary>The name of the format; null when it is none of these.</summary>
    public static string? NameOf(ReadOnlySpan<byte> file) =>
        file switch
        {
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', _, _, _, _, ..] => OfBrand(file[Brand..(Brand + 4)]),
            [0xFF, 0x0A, ..] or [0, 0, 0, 0x0C, (byte)'J', (byte)'X', (byte)'L', (byte)' ', ..] => "JPEG XL",
            [0, 0, 0, 0x0C, (byte)'j', (byte)'P', (byte)' ', (byte)' ', ..] or [0xFF, 0x4F, 0xFF, 0x51, ..] => "JPEG 2000",
            [0, 0, 1, 0, not 0, 0, ..] => "ICO",
            [0, 0, 2, 0, not 0, 0, ..] => "CUR",
            [(byte)'8', (byte)'B', (byte)'P', (byte)'S', 0, ..] => "PSD",
            [(byte)'%', (byte)'P', (byte)'D', (byte)'F', (byte)'-', ..] => "PDF",
            [0x76, 0x2F, 0x31, 0x01, ..] => "OpenEXR",
            [(byte)'#', (byte)'?', (byte)'R', (byte)'A', (byte)'D', ..] or [(byte)'#', (byte)'?', (byte)'R', (byte)'G', (byte)'B', ..] =>
                "Radiance HDR",
            [(byte)'q', (byte)'o', (byte)'i', (byte)'f', ..] => "QOI",
            [(byte)'P', >= (byte)'1' and <= (byte)'7', (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t', ..] => "Netpbm",
            _ => IsSvg(file) ? "SVG" : null,
        };

    private static string? OfBrand(ReadOnlySpan<byte> brand) =>
        Encoding.ASCII.GetString(brand) switch
        {
            "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" => "HEIC",
            "mif1" or "msf1" => "HEIF",
            "avif" or "avis" => "AVIF",
            "crx " => "Canon CR3",
            _ => null,
        };

    private static bool IsSvg(ReadOnlySpan<byte> file)
    {
        var start = Encoding.UTF8.GetString(file[..Math.Min(file.Length, TextBytes)]).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        return start.StartsWith("<svg", StringComparison.Ordinal)
            || (start.StartsWith("<?xml", StringComparison.Ordinal) && start.Contains("<svg", StringComparison.Ordinal));
    }
}
