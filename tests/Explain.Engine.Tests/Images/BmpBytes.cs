using System.Buffers.Binary;

namespace Explain.Engine.Tests.Images;

/// <summary>Writes bitmaps field by field.</summary>
internal static class BmpBytes
{
    /// <summary>A file with a 40-byte header.</summary>
    /// <param name="width">Header field.</param>
    /// <param name="height">Header field; negative for top-down.</param>
    /// <param name="bits">Bits a pixel.</param>
    /// <param name="compression">0 plain, 3 bit fields.</param>
    /// <param name="afterHeader">Palette or masks.</param>
    /// <param name="rows">Rows in file order, padded.</param>
    public static byte[] Of(int width, int height, int bits, int compression, byte[] afterHeader, byte[] rows)
    {
        var file = new byte[54 + afterHeader.Length + rows.Length];
        (file[0], file[1]) = ((byte)'B', (byte)'M');
        Put(2, file.Length);
        Put(10, 54 + afterHeader.Length);
        Put(14, 40);
        Put(18, width);
        Put(22, height);
        Put(26, 1 | (bits << 16));
        Put(30, compression);
        Put(46, bits == 8 ? afterHeader.Length / 4 : 0);
        afterHeader.CopyTo(file, 54);
        rows.CopyTo(file, 54 + afterHeader.Length);
        return file;

        void Put(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
    }
}
