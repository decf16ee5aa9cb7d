using Explain.Autodiff.Graphs;
using Explain.Engine.Models.Reading;

namespace Explain.Engine.Models;

/// <summary>What is known of a model when another of its outputs is explained.</summary>
internal static class OutputDescription
{
    /// <summary>
    /// The description with <see cref="ModelDescription.Logit"/> and all that follows from it.
    /// </summary>
    public static ModelDescription Of(LoadedModel model, string tensor)
    {
        var (own, input) = (model.Description, model.Description.Input);
        if (tensor == own.Logit)
            return own;
        var layers = LayerFinder.Find(model.Sized, input, tensor, null);
        return own with
        {
            Logit = tensor,
            Activation = "none",
            Classes = 0,
            // One layer for all outputs is easier to compare, and it may be configured.
            Layer = own.Layer is { } layer && layers.Candidates.Any(c => c.Name == layer) ? layer : layers.Default,
            Layers = layers.Candidates,
            LastLayers = layers.Last,
            MissingGradients = MissingGradient.On(model.Graph, tensor, input.Name),
        };
    }

    /// <summary>The tensors that can be explained: the float outputs, and the logit behind one.</summary>
    public static IReadOnlyList<ExplainableOutput> All(Graph graph, Graph sized, string image, string logit, int classes) =>
        [
            .. graph
                .Outputs.Prepend(logit)
                .Distinct()
                .Where(o => graph.Type(o) is { Element: Autodiff.Onnx.TensorProto.Types.DataType.Float })
                .Select(o => (Name: o, Shape: OutputShape.Of(sized, image, o)))
                .Select(o => new ExplainableOutput(
                    o.Name,
                    o.Name == logit && classes > 0 ? OutputKind.Classes : o.Shape.Kind,
                    o.Shape.Extents ?? [],
                    o.Shape.Extents is not null
                )),
        ];
}
