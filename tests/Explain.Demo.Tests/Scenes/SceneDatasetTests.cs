using System.Text;
using Explain.Demo.Scenes;

namespace Explain.Demo.Tests.Scenes;

public sealed class SceneDatasetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scenes").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ArraysHoldWhatTheGeneratorDrew()
    {
        var options = new SceneOptions { Width = 40, Height = 32 };
        SceneDataset.Write(_folder, 3, 5, options);
        var scene = SceneGenerator.Generate(3, 4, options);

        Assert.Equal(scene.Pixels, Data("images.npy", "(5, 32, 40, 3)")[(4 * 32 * 40 * 3)..]);
        var labels = Data("labels.npy", $"(5, {SceneKinds.Names.Count})")[(4 * SceneKinds.Names.Count)..];
        Assert.Equal(scene.Objects.Select(o => o.KindIndex).Order(), Enumerable.Range(0, labels.Length).Where(i => labels[i] == 1));
        var kinds = Data("kinds.npy", "(5, 3)")[12..];
        var masks = Data("masks.npy", "(5, 32, 40)")[(4 * 32 * 40)..];
        for (var o = 0; o < scene.Objects.Count; o++)
        {
            Assert.Equal(scene.Objects[o].KindIndex, kinds[o]);
            Assert.Equal(scene.Objects[o].Mask, masks.Select(number => number == o + 1));
        }
        Assert.Equal(SceneKinds.Names, File.ReadAllLines(Path.Combine(_folder, "labels.txt")));
    }

    private byte[] Data(string file, string shape)
    {
        var bytes = File.ReadAllBytes(Path.Combine(_folder, file));
        var start = 10 + bytes[8] + 256 * bytes[9];
        Assert.Equal(0, start % 64);
        Assert.Contains(
            $"'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}",
            Encoding.ASCII.GetString(bytes, 10, start - 10),
            StringComparison.Ordinal
        );
        return bytes[start..];
    }
}
