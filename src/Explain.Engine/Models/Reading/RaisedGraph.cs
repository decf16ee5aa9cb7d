using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using Explain.Engine.Models.Sessions;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Engine.Models.Reading;

/// <summary>
/// A model's file in the form that rules know, with the types of its values; automatic pads are still to be made explicit. A file that no
/// newer opset expresses stays as it is, for predictions (<see cref="Upgrade.WhyNot"/>).
/// </summary>
/// <param name="Graph">The graph.</param>
/// <param name="Opset">Opset of the file.</param>
/// <param name="Replaced">Element types of the file that became float32.</param>
/// <param name="Quantized">Inputs that are integers in the file and floats in the graph.</param>
/// <param name="InputTypes">Element types of the inputs in the file.</param>
/// <param name="FunctionOpsets">Opsets of the model's own functions, where they are not the file's.</param>
/// <param name="Weights">Paths of the files that hold weights.</param>
internal sealed record RaisedGraph(
    Graph Graph,
    long Opset,
    IReadOnlyList<DataType> Replaced,
    IReadOnlyDictionary<string, QuantizedInput> Quantized,
    IReadOnlyDictionary<string, DataType> InputTypes,
    IReadOnlyList<long> FunctionOpsets,
    IReadOnlyList<string> Weights
)
{
    /// <summary>Reads a file's bytes; weights outside of them are looked up in <paramref name="folder"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes are no model.</exception>
    /// <exception cref="NotSupportedException">The graph has a form that is not supported.</exception>
    /// <param name="bytes">The file.</param>
    /// <param name="folder">The folder, or null.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="image">The image's input where it is known; else every one with four axes may be it.</param>
    public static RaisedGraph Read(byte[] bytes, string? folder, CancellationToken cancellation, string? image = null)
    {
        var file = Graph.Parse(bytes);
        if (LocalFunctions.WhyNotRun(file) is { } endless)
            throw new NotSupportedException(endless);
        var weights = folder is null ? [] : WeightFiles.Find(file.Proto, folder);
        var types = file.Inputs.Where(i => file.Type(i) is not null).ToDictionary(i => i, i => file.Type(i)!.Element);
        long[] functions = [.. LocalFunctions.Opsets(file.Model).Where(o => o != file.Opset).Distinct().Order()];
        var (opset, replaced) = (file.Opset, SinglePrecision.Apply(file.Model));
        var graph = new Graph(file.Model);
        if (Upgrade.WhyNot(graph) is not null)
        {
            TypeInference.Declare(graph, folder, cancellation);
            return new RaisedGraph(graph, opset, replaced, new Dictionary<string, QuantizedInput>(), types, functions, weights);
        }
        // Attributes of old operators become constants of the element type they act on, which only the old graph can tell.
        if (graph.Opset < Upgrade.Floor)
            TypeInference.Declare(graph, folder, cancellation);
        Upgrade.ToFloor(graph);
        // A definition may use operators that have one, and decide a branch.
        do
        {
            TypeInference.Declare(graph, folder, cancellation);
        } while (
            ConstantBranches.Resolve(graph, conditions => ConstantConditions.Evaluate(conditions, folder, cancellation))
            || Definitions.TakeApart(graph)
        );
        if (QuantizedOperators.Dequantize(graph))
            TypeInference.Declare(graph, folder, cancellation);
        var quantized = QuantizedEdges.Apply(graph).Concat(IntegerInputs.Apply(graph, image)).ToDictionary();
        if (quantized.Count > 0)
            TypeInference.Declare(graph, folder, cancellation);
        return new RaisedGraph(graph, opset, replaced, quantized, types, functions, weights);
    }
}
