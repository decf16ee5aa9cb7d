using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Tensor = Explain.Testing.Tensor;

namespace Explain.Engine.Tests.Models;

/// <summary>Famous networks as exported years ago: IR 3, opset 9, initialisers among the inputs, weights filled by nodes.</summary>
public sealed class LightModelTests(ITestOutputHelper output)
{
    public static TheoryData<string> Files =>
        SharedData.Root is null
            ? ["none"]
            :
            [
                .. Directory
                    .EnumerateFiles(SharedData.Path("onnx-light"), "*.onnx")
                    .Select(f => Path.GetFileName(f))
                    .Order(StringComparer.Ordinal),
            ];

    [Theory, MemberData(nameof(Files))]
    public void TheLastFeatureMapIsExplained(string file)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        using var loadedModel = Tiny.LoadFile(SharedData.Path("onnx-light", file));
        var model = loadedModel.View;
        Assert.Equal([model.Description.Input.Name], model.Graph.Inputs);
        var answer = model.Explain(Image.ToEngine(), target: "7");
        output.WriteLine(
            $"{file}: layer {model.Description.Layer}, {answer.Map.Shape[1]}×{answer.Map.Shape[2]}, "
                + $"{answer.Map.Values.Min():G3} to {answer.Map.Values.Max():G3}"
        );
        Assert.Contains(answer.Map.Values, v => v != 0);
    }

    [Theory, MemberData(nameof(Files))]
    public void TheGradientOfTheInputIsThatOfFiniteDifferences(string file)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        using var loadedModel = Tiny.Load(WithWeights(SharedData.Path("onnx-light", file)));
        var model = loadedModel.View;
        InputDifferences.Check(model, Image.ToEngine(), file, output);
    }

    private static Tensor Image { get; } = Tensor.Spread([1, 3, 224, 224], 0, 1, 3);

    // The files fill every weight with one number, with which places are equal that must differ. Here it is multiplied by others: still
    // weights that nodes compute.
    private static byte[] WithWeights(string file)
    {
        var graph = LightModels.Narrow(file);
        var nodes = graph.Proto.Node;
        foreach (var fill in nodes.Where(n => n.OpType == "ConstantOfShape").ToArray())
        {
            var (name, value) = (fill.Output[0], Tensors.ReadFloats(fill.Attribute.Single(a => a.Name == "value").T)!.Single());
            var shape = Tensors.ReadInts(graph.Constant(fill.Input[0]))!;
            var fanIn = shape.Skip(1).Aggregate(1L, (a, b) => a * b);
            // One factor an item is enough for the matrices of many millions.
            var varied = fanIn > 10_000 ? [shape[0], .. shape.Skip(1).Select(_ => 1L)] : shape;
            var wanted = IsPositive(graph, name) ? Tensor.Spread(varied, 0.5, 1.5, nodes.Count) : Tensor.Normal(varied, nodes.Count);
            var factor =
                (
                    shape.Length > 1 ? Math.Sqrt(2.0 / fanIn)
                    : IsPositive(graph, name) ? 1
                    : 0.1
                ) / value;
            var factors = graph.Add(Tensors.Float(varied, Array.ConvertAll(wanted.Values, v => (float)(v * factor))));
            fill.Output[0] = $"{name}/filled";
            nodes.Insert(
                nodes.IndexOf(fill) + 1,
                new NodeProto
                {
                    OpType = "Mul",
                    Name = $"{name}/weights",
                    Input = { fill.Output[0], factors.Name },
                    Output = { name },
                }
            );
        }
        return graph.ToBytes();
    }

    // Scale and variance of a normalisation.
    private static bool IsPositive(Graph graph, string weight) =>
        graph.Nodes.Any(n =>
            (n.OpType == "BatchNormalization" && (n.Input[1] == weight || n.Input[4] == weight))
            || (n.OpType == "Mul" && n.Input.Contains(weight))
            || (n.OpType == "Unsqueeze" && n.Input[0] == weight && IsPositive(graph, n.Output[0]))
        );
}
