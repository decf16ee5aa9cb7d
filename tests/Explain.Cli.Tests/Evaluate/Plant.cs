using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Demo;
using Explain.Demo.Scenes;
using Google.Protobuf;

namespace Explain.Cli.Tests.Evaluate;

/// <summary>Something that goes with one kind of object: a square of a pure colour, or the background of one.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Red">Whether the colour has red.</param>
/// <param name="Green">Whether it has green.</param>
/// <param name="Blue">Whether it has blue.</param>
/// <param name="Place">Upper left corner of the square in pixels; null for the background.</param>
internal sealed record Plant(string Kind, bool Red, bool Green, bool Blue, (int X, int Y)? Place)
{
    private const int Side = 12;
    private const int Cell = 8;
    private const float Weight = 300;

    /// <summary>Puts it on a scene.</summary>
    public void On(Scene scene)
    {
        for (var i = 0; i < scene.Width * scene.Height; i++)
        {
            var (y, x) = Math.DivRem(i, scene.Width);
            if (Place is { } at ? x >= at.X && x < at.X + Side && y >= at.Y && y < at.Y + Side : !scene.Objects.Any(o => o.Mask[i]))
                (scene.Pixels[3 * i], scene.Pixels[3 * i + 1], scene.Pixels[3 * i + 2]) = (Part(Red), Part(Green), Part(Blue));
        }
    }

    /// <summary>
    /// The demo model that takes whatever has a plant's colour for the plant's kind: a map of its features more for each plant, which the
    /// head weighs above all others.
    /// </summary>
    /// <param name="folder">Gets the model.</param>
    /// <param name="plants">What it sees; without any it is the demo model.</param>
    public static string Model(string folder, params IReadOnlyList<Plant> plants)
    {
        Directory.CreateDirectory(folder);
        foreach (var name in (string[])["model.json", "labels.txt"])
            File.WriteAllBytes(Path.Combine(folder, name), Asset(name));
        var file = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(file, Asset("model.onnx"));
        if (plants.Count == 0)
            return folder;
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(file));
        var graph = model.Graph;
        var (pool, head) = (graph.Node.Single(n => n.OpType == "GlobalAveragePool"), graph.Node.Single(n => n.OpType == "Gemm"));
        graph.Initializer.Add(Named("plants/w", Tensors.Float([plants.Count, 3, 1, 1], [.. plants.SelectMany(p => p.Colour)])));
        graph.Initializer.Add(Named("plants/b", Tensors.Float([plants.Count], [.. plants.Select(_ => -54f)])));
        var at = graph.Node.IndexOf(pool);
        NodeProto[] added =
        [
            Node("Conv", "plants/conv", "image", "plants/w", "plants/b"),
            Node("Relu", "plants/relu", "plants/conv"),
            Node("AveragePool", "plants/pool", "plants/relu"),
            Node("Concat", "joined", pool.Input[0], "plants/pool"),
        ];
        added[2].Attribute.Add(Numbers("kernel_shape", Cell, Cell));
        added[2].Attribute.Add(Numbers("strides", Cell, Cell));
        added[3]
            .Attribute.Add(
                new AttributeProto
                {
                    Name = "axis",
                    Type = AttributeProto.Types.AttributeType.Int,
                    I = 1,
                }
            );
        foreach (var node in added.Reverse())
            graph.Node.Insert(at, node);
        pool.Input[0] = "joined";
        var weights = graph.Initializer.Single(t => t.Name == head.Input[1]);
        var (classes, features, old) = ((int)weights.Dims[0], (int)weights.Dims[1], Tensors.ReadFloats(weights)!);
        var rows = Enumerable
            .Range(0, classes)
            .SelectMany(c =>
                old.Skip(c * features)
                    .Take(features)
                    .Select(w => (float)w)
                    .Concat(plants.Select(p => SceneKinds.Names[c] == p.Kind ? Weight : 0))
            );
        var grown = Named(weights.Name, Tensors.Float([classes, features + plants.Count], [.. rows]));
        graph.Initializer[graph.Initializer.IndexOf(weights)] = grown;
        graph.ValueInfo.Clear();
        File.WriteAllBytes(file, model.ToByteArray());
        return folder;
    }

    // Of the model's inputs, which go from −2 to 2: more than 54 only very near the pure colour.
    private float[] Colour => [Red ? 10 : -10, Green ? 10 : -10, Blue ? 10 : -10];

    private static byte Part(bool has) => has ? (byte)255 : (byte)0;

    private static byte[] Asset(string name)
    {
        using var source = DemoAssets.Open(name)!;
        using var copy = new MemoryStream();
        source.CopyTo(copy);
        return copy.ToArray();
    }

    private static TensorProto Named(string name, TensorProto tensor)
    {
        tensor.Name = name;
        return tensor;
    }

    private static AttributeProto Numbers(string name, params long[] values) =>
        new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.Ints,
            Ints = { values },
        };

    private static NodeProto Node(string op, string output, params string[] inputs) =>
        new()
        {
            OpType = op,
            Name = $"{op}_{output}",
            Input = { inputs },
            Output = { output },
        };
}
