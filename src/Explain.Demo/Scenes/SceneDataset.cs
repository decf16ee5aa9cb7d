using System.Text;

namespace Explain.Demo.Scenes;

/// <summary>Writes generated images as NumPy arrays, for training outside .NET.</summary>
public static class SceneDataset
{
    private const int MostObjects = 3;
    private const int Chunk = 256;

    /// <summary>
    /// Writes <c>images.npy</c> (uint8 N×H×W×3), <c>labels.npy</c> (uint8 N×K, 1 where the kind is present), <c>masks.npy</c> (uint8 N×H×W,
    /// 0 or 1 + object number), <c>kinds.npy</c> (uint8 N×3, kind of each object, 255 = none) and <c>labels.txt</c>.
    /// </summary>
    /// <param name="directory">Created when missing; files in it are overwritten.</param>
    /// <param name="seed">Series of images, see <see cref="SceneGenerator.Generate"/>.</param>
    /// <param name="count">Images, at least 1: indices 0 to <paramref name="count"/> - 1 of the series.</param>
    /// <param name="options">Size of the images and of their objects.</param>
    public static void Write(string directory, ulong seed, int count, SceneOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Directory.CreateDirectory(directory);
        var (height, width, kinds) = (options.Height, options.Width, SceneKinds.Names.Count);
        File.WriteAllLines(Path.Combine(directory, "labels.txt"), SceneKinds.Names);
        using var images = Create(directory, "images.npy", $"{count}, {height}, {width}, 3");
        using var labels = Create(directory, "labels.npy", $"{count}, {kinds}");
        using var masks = Create(directory, "masks.npy", $"{count}, {height}, {width}");
        using var objects = Create(directory, "kinds.npy", $"{count}, {MostObjects}");
        for (var first = 0; first < count; first += Chunk)
        {
            var scenes = new Scene[Math.Min(Chunk, count - first)];
            Parallel.For(0, scenes.Length, i => scenes[i] = SceneGenerator.Generate(seed, first + i, options));
            foreach (var scene in scenes)
            {
                images.Write(scene.Pixels);
                labels.Write([
                    .. Enumerable.Range(0, kinds).Select(kind => scene.Objects.Any(o => o.KindIndex == kind) ? (byte)1 : (byte)0),
                ]);
                masks.Write(Numbered(scene));
                objects.Write([
                    .. Enumerable.Range(0, MostObjects).Select(i => i < scene.Objects.Count ? (byte)scene.Objects[i].KindIndex : (byte)255),
                ]);
            }
        }
    }

    private static byte[] Numbered(Scene scene)
    {
        var numbers = new byte[scene.Width * scene.Height];
        for (var i = 0; i < numbers.Length; i++)
        {
            for (var o = 0; o < scene.Objects.Count; o++)
            {
                if (scene.Objects[o].Mask[i])
                    numbers[i] = (byte)(o + 1);
            }
        }
        return numbers;
    }

    private static FileStream Create(string directory, string name, string shape)
    {
        var header = $"{{'descr': '|u1', 'fortran_order': False, 'shape': ({shape}), }}";
        // NumPy wants the data to start at a multiple of 64: 10 bytes of preamble, the header, one line feed.
        header = header.PadRight((header.Length + 11 + 63) / 64 * 64 - 11) + "\n";
        var stream = File.Create(Path.Combine(directory, name));
        stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header)]);
        return stream;
    }
}
