using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>
/// Gradients that standard operators have no fast form for, as nodes that only the engine's own sessions can run. Rules ask here first; the
/// answer is null where the graph takes no such nodes (<see cref="Graph.TakesNative"/>) or none fits, and standard operators follow. All
/// compute in the plain layout, [N, C, H, W], until <see cref="Rewriting.Lifting.Lift"/> moves them into blocks of channels.
/// </summary>
internal static class NativeForms
{
    // What the taps of all windows hold may be so many times as large as what the windows lie over.
    private const long MostTaps = 16;

    private const long FewestInBlock = 8;

    /// <summary>dy where low &lt; y &lt; high, else 0; both shaped like y.</summary>
    public static Value? Between(Value dy, Value y, double low, double high) =>
        Take(y) && y.Type is { Rank: 4 } type
            ? Emit("Mask", [dy, y], type, Of("low", (float)low), Of("high", (float)high), Of("block", 1))
            : null;

    /// <summary>The gradient of a rectifier with constant bounds.</summary>
    public static Value? Clip(Forward n, Value dy) =>
        Bound(n, 1, double.NegativeInfinity) is { } low && Bound(n, 2, double.PositiveInfinity) is { } high
            ? Between(dy, n.Y, low, high)
            : null;

    /// <summary>The gradient of a max pooling.</summary>
    public static Value? MaxPool(Forward n, Value dy) =>
        Take(n.X) && n.X.Type is { Rank: 4 } type && type.FixedFrom(1) is { } extents && n.Ints("kernel_shape") is [> 0, > 0] and var kernel
            ? Emit("MaxPoolGrad", [n.X, n.Y, dy], type, Windows(n, kernel, extents))
            : null;

    /// <summary>The gradient of a convolution with strides.</summary>
    public static Value? Convolution(Forward n, Value dy)
    {
        if (
            !Take(n.X)
            || n.X.Type is not { Rank: 4 } type
            || type.FixedFrom(1) is not [var channels, var height, var width] extents
            || n.Y.Type is not { Rank: 4, Dims: var y }
            || n.Y.Type.FixedFrom(2) is not [var rows, var columns]
            || n[1].Type?.FixedFrom(0) is not [var outputs, var inputs, var first, var second]
            || Rules.Convolution.Per(n, "strides", 2).All(s => s == 1)
        )
        {
            return null;
        }

        var (group, taps) = (n.Int("group", 1), first * second);
        if (group == channels && outputs == channels && inputs == 1)
            return Depthwise(n, dy, n[1], [first, second]);
        if (group != 1 || inputs != channels || taps * rows * columns > MostTaps * height * width)
            return null;
        // [M, C, k, k] -> [k · k · C, M, 1, 1], folded when the session opens.
        var byTap = Ops.Reshape(Ops.Transpose(n[1], 2, 3, 1, 0), taps * channels, outputs, 1, 1);
        var held = Ops.Emit("Conv", [dy, byTap], Of("kernel_shape", [1L, 1]), Of("strides", [1L, 1]), Of("pads", new long[4]));
        n.Graph.Declare(held.Name, type with { Dims = [y![0], taps * channels, rows, columns] });
        return Emit("Col2Im", [held], type, Windows(n, [first, second], extents));
    }

    /// <summary>What windows over every channel by itself hold, spread over the places of their taps with a weight each.</summary>
    /// <param name="n">What has windows.</param>
    /// <param name="dy">What they hold.</param>
    /// <param name="weights">[C, 1, k, k].</param>
    /// <param name="kernel">The taps, [k, k].</param>
    public static Value? Depthwise(Forward n, Value dy, Value weights, long[] kernel) =>
        Take(n.X) && n.X.Type is { Rank: 4 } type && type.FixedFrom(1) is { } extents
            ? Emit("DepthwiseGrad", [dy, weights], type, Windows(n, kernel, extents))
            : null;

    /// <summary>
    /// dy times a factor for every channel, as a convolution. What reads a node of the engine's own is taken for plain when ONNX Runtime
    /// optimises, and of what scales channels it brings only convolutions into blocks all the same.
    /// </summary>
    /// <param name="n">A normalisation.</param>
    /// <param name="dy">Shaped like its output.</param>
    /// <param name="factors">[C].</param>
    public static Value? Scale(Forward n, Value dy, Func<Value> factors) =>
        Take(n.X) && n.X.Type is { Rank: 4 } type && type.FixedFrom(1) is [var channels, _, _] && channels % FewestInBlock == 0
            ? Ops.Emit(
                "Conv",
                [dy, Ops.Reshape(factors(), channels, 1, 1, 1)],
                Of("kernel_shape", [1L, 1]),
                Of("strides", [1L, 1]),
                Of("pads", new long[4]),
                Of("group", channels)
            )
            : null;

    private static bool Take(Value value) => value.Graph.TakesNative && value.Element == DataType.Float;

    private static double? Bound(Forward n, int index, double none) =>
        !n.Has(index) ? none
        : Tensors.ReadFloats(n.Graph.Constant(n.Node.Input[index])) is [var bound] ? bound
        : null;

    private static AttributeProto[] Windows(Forward n, long[] kernel, long[] extents) =>
        [
            Of("kernel_shape", kernel),
            Of("strides", Rules.Convolution.Per(n, "strides", 2)),
            Of("dilations", Rules.Convolution.Per(n, "dilations", 2)),
            Of("pads", Rules.Convolution.Pads(n, 2)),
            Of("extents", extents),
            Of("block", 1),
        ];

    private static Value Emit(string op, Value[] inputs, TensorType type, params AttributeProto[] attributes)
    {
        var graph = inputs[0].Graph;
        var node = graph.Append(op, inputs.Select(i => i.Name), 1, attributes);
        node.Domain = NativeNodes.Domain;
        if (graph.Model.OpsetImport.All(o => o.Domain != NativeNodes.Domain))
            graph.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = NativeNodes.Domain, Version = 1 });
        graph.Declare(node.Output[0], type);
        return graph[node.Output[0]];
    }
}
