using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Kernels.Sampling;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Evaluation.Randomization;

/// <summary>
/// The layers of a model that have weights, and the model with those of some drawn anew: on the graph, whatever the network.
/// </summary>
public sealed class WeightLayers
{
    private static readonly HashSet<string> Operators = ["Conv", "ConvTranspose", "Gemm", "MatMul"];

    private readonly Graph _graph;
    private readonly Dictionary<string, int> _initializers;
    private readonly NodeProto[] _layers;

    /// <summary>Reads a file.</summary>
    /// <param name="model">The bytes of an <c>.onnx</c> file.</param>
    /// <exception cref="FormatException">
    /// It is none, or no convolution and no product has weights of single or double precision in it.
    /// </exception>
    public WeightLayers(byte[] model)
    {
        try
        {
            _graph = Graph.Parse(model);
        }
        catch (InvalidDataException e)
        {
            throw new FormatException(e.Message, e);
        }
        _initializers = _graph.Proto.Initializer.Select((tensor, i) => (tensor.Name, i)).ToDictionary(t => t.Name, t => t.i);
        _layers = [.. _graph.Nodes.Where(n => Operators.Contains(n.OpType) && n.Input.Skip(1).Any(IsKernel)).Reverse()];
        if (_layers.Length == 0)
        {
            throw new FormatException(
                "no convolution and no matrix product has float weights in the model's file: there is nothing to draw anew"
            );
        }
    }

    /// <summary>Names of the layers, by what they compute, from the head down.</summary>
    public IReadOnlyList<string> Names => [.. _layers.Select(n => n.Output[0])];

    /// <summary>
    /// The file with the weights of some layers, biases included, drawn anew from a normal distribution with the mean and the deviation
    /// that each tensor had (Adebayo et al. 2018, Sanity Checks for Saliency Maps, section 3.1). The same numbers give the same weights.
    /// </summary>
    /// <param name="layers">Numbers of the layers in <see cref="Names"/>.</param>
    /// <param name="seed">Chooses the weights.</param>
    public byte[] Randomised(IEnumerable<int> layers, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(layers);
        var model = _graph.Model.Clone();
        foreach (var name in layers.SelectMany(l => _layers[l].Input.Skip(1)).Distinct())
        {
            if (_initializers.TryGetValue(name, out var at) && Tensors.ReadFloats(model.Graph.Initializer[at]) is { Length: > 0 } values)
                model.Graph.Initializer[at] = Drawn(model.Graph.Initializer[at], values, new RandomStream(seed, (ulong)at));
        }
        return new Graph(model).ToBytes();
    }

    private bool IsKernel(string name) =>
        _initializers.TryGetValue(name, out var at)
        && _graph.Proto.Initializer[at] is { Dims.Count: >= 2 } tensor
        && Tensors.ReadFloats(tensor) is { Length: > 0 };

    private static TensorProto Drawn(TensorProto tensor, double[] values, RandomStream random)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        var noise = new float[values.Length];
        random.FillGaussian(noise, 0, 1);
        double[] drawn = [.. noise.Select(n => mean + deviation * n)];
        var replaced =
            tensor.DataType == (int)DataType.Double
                ? Tensors.Double([.. tensor.Dims], drawn)
                : Tensors.Float([.. tensor.Dims], [.. drawn.Select(d => (float)d)]);
        replaced.Name = tensor.Name;
        return replaced;
    }
}
