using Explain.Engine.Images;

namespace Explain.Cli.Tests;

/// <summary>A folder of its own for each test, with models and images.</summary>
internal sealed class Workplace : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("explain-cli-");

    /// <summary>A model that tells red, green and blue apart, with labels.</summary>
    public string Colours => TinyModels.Colours(Path("colours"));

    /// <summary>The same with an operator that has no gradient rule behind its features.</summary>
    public string WithoutRule => TinyModels.Colours(Path("norule"), "ai.onnx.ml.Binarizer");

    /// <summary>A path in the folder.</summary>
    public string Path(params string[] parts) => System.IO.Path.Combine([_folder.FullName, .. parts]);

    /// <summary>An image whose left half is red and whose right half is blue.</summary>
    public string RedAndBlue(params string[] parts)
    {
        const int Side = 16;
        var pixels = new byte[Side * Side * 3];
        for (var i = 0; i < Side * Side; i++)
            pixels[3 * i + (i % Side < Side / 2 ? 0 : 2)] = 250;
        return Write(new VipsImageCodec().Encode(new RgbImage(Side, Side, pixels), ImageFormat.Png), parts);
    }

    /// <summary>A file of these bytes.</summary>
    public string Write(byte[] content, params string[] parts)
    {
        var path = Path(parts);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
