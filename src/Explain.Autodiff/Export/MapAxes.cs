using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Export;

/// <summary>How feature maps lie in the tensor of a layer.</summary>
/// <param name="Order">
/// What each axis runs over: <c>NCHW</c>, <c>NHWC</c>, or with <paramref name="Patches"/> <c>NTC</c>, <c>TNC</c> or <c>NCT</c>.
/// </param>
/// <param name="Patches">For tokens: the number of those before the patches, and the rows and columns that the patches make.</param>
public sealed record MapAxes(string Order, (int Leading, int Height, int Width)? Patches = null)
{
    /// <summary>Feature maps one after the other, [N, C, h, w].</summary>
    public static readonly MapAxes Planes = new("NCHW");

    /// <summary>A layer's value as float feature maps, [N, C, h, w].</summary>
    internal Value InMaps(Value layer)
    {
        var (graph, planes) = (layer.Graph, Patches is null ? "NCHW" : "NCT");
        var maps = Order == planes ? layer : Transpose(layer, [.. planes.Select(axis => (long)At(axis))]);
        if (Patches is var (leading, height, width))
            maps = Reshape(Slice(maps, Ints(graph, leading), Ints(graph, leading + height * width), Ints(graph, 2)), 0, 0, height, width);
        return maps.Element == DataType.Float ? maps : Cast(maps, DataType.Float);
    }

    /// <summary>The extents of a map, [N, h, w]; null for a layer of another rank.</summary>
    /// <param name="layer">Those of the layer.</param>
    internal Dim[]? OfMap(IReadOnlyList<Dim> layer) =>
        layer.Count != Order.Length ? null
        : Patches is var (_, height, width) ? [layer[At('N')], height, width]
        : [layer[At('N')], layer[At('H')], layer[At('W')]];

    private int At(char axis) => Order.IndexOf(axis, StringComparison.Ordinal);
}
