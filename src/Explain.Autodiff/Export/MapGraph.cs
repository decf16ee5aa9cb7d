using Explain.Autodiff.Graphs;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Export;

/// <summary>A formula as a graph of its own, for feature maps and gradients that were computed before.</summary>
public static class MapGraph
{
    /// <summary>Input: the layer's value.</summary>
    public const string Activation = "activation";

    /// <summary>Input: the gradient of each batch item's score with respect to the layer, shaped like it.</summary>
    public const string Gradient = "gradient";

    /// <summary>Input: the weights with which the classifier reads the channels for each batch item's score, [N, C, 1, 1].</summary>
    public const string Head = "head";

    /// <summary>Output: the raw map of each batch item, [N, h, w].</summary>
    public const string Map = "map";

    /// <summary>Builds it. It has those of the inputs that the formula reads.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="axes">How feature maps lie in the layer.</param>
    public static Graph Of(MapFormula formula, MapAxes axes)
    {
        ArgumentNullException.ThrowIfNull(formula);
        ArgumentNullException.ThrowIfNull(axes);
        var graph = Graph.New("map");
        Value Input(string name, int rank) => graph.AddInput(name, new TensorType(DataType.Float, new Dim[rank]));
        Value Layer(string name) => axes.InMaps(Input(name, axes.Order.Length));
        var source = new MapSource(Layer(Activation), () => Layer(Gradient), () => Input(Head, 4));
        graph.SetOutputs([Ops.Named(formula.Build(source), Map).Name]);
        return graph;
    }
}
