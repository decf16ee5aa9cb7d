namespace Explain.Cli.Image;

/// <summary>Reads a file that was named by somebody.</summary>
internal static class ImageFile
{
    /// <summary>Its bytes.</summary>
    /// <exception cref="IOException">It cannot be read; the message says why in a few words.</exception>
    public static Task<byte[]> ReadAsync(string file, CancellationToken cancellation)
    {
        if (Directory.Exists(file))
            throw new IOException("is a folder; name the images in it");
        if (!File.Exists(file))
            throw new IOException("there is no such file");
        return File.ReadAllBytesAsync(file, cancellation);
    }
}
