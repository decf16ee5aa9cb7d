using Explain.Autodiff.Onnx;

namespace Explain.Engine.Models;

/// <summary>The files beside a model that hold its weights.</summary>
internal static class WeightFiles
{
    /// <summary>Checks that all of them are in the model's folder. ONNX Runtime refuses others, too, but names paths of the machine, which clients would read.</summary>
    /// <exception cref="InvalidDataException">One is not.</exception>
    public static void RequireInside(GraphProto graph, string folder)
    {
        foreach (var location in Locations(graph).Distinct())
        {
            if (!RealPath.IsBelow(Path.Combine(folder, location), folder)) throw new InvalidDataException($"the weights in '{Path.GetFileName(location)}' are outside the model's folder");
        }
    }

    private static IEnumerable<string> Locations(GraphProto graph)
    {
        var attributes = graph.Node.SelectMany(n => n.Attribute).ToArray();
        return graph.Initializer.Concat(attributes.SelectMany(a => a.Tensors)).Concat(attributes.Select(a => a.T).OfType<TensorProto>())
            .Where(t => t.DataLocation == TensorProto.Types.DataLocation.External)
            .SelectMany(t => t.ExternalData).Where(e => e.Key == "location").Select(e => e.Value)
            .Concat(attributes.SelectMany(a => a.Graphs).Concat(attributes.Select(a => a.G).OfType<GraphProto>()).SelectMany(Locations));
    }
}
