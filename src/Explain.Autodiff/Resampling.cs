using static Explain.Autodiff.Ops;

namespace Explain.Autodiff;

/// <summary>The gradient of <c>Resize</c> over the two spatial axes of feature maps.</summary>
internal static class Resampling
{
    private const int FirstSpatial = 2;
    private const int Sizes = 3;
    private const int Scales = 2;

    /// <summary>
    /// Resizing is linear and works on rows and columns by themselves: Y = A X Bᵀ, so ∂X = Aᵀ ∂Y B. Column j of A is the j-th unit vector resized, so the same operator computes A
    /// from a unit matrix, whatever its mode.
    /// </summary>
    /// <exception cref="NotSupportedException">It resizes by a region, keeps the aspect ratio, or changes other than the last two axes of four.</exception>
    public static Value Gradient(Forward n, Value dy)
    {
        Check(n);
        var rows = Matrix(n, FirstSpatial);
        var columns = Matrix(n, FirstSpatial + 1);
        return MatMul(MatMul(Transpose(rows, 1, 0), dy), columns);
    }

    private static void Check(Forward n)
    {
        var reason = n.Node.String("coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize" ? "resizes a region"
            : n.Node.String("keep_aspect_ratio_policy", "stretch") != "stretch" ? "keeps the aspect ratio"
            : n.Rank(0) != 4 || n.Y.Type?.Dims is { } after && n.X.Type!.Dims![1] is { Size: { } channels } && after[1].Size is { } left && left != channels ? "changes other axes than the last two of four"
            : Position(n, FirstSpatial) < 0 || Position(n, FirstSpatial + 1) < 0 ? "does not name both spatial axes"
            : null;
        if (reason is not null) throw new NotSupportedException($"the gradient of Resize '{n.Node.Name}' is not known: it {reason}");
    }

    // [to, from]
    private static Value Matrix(Forward n, int axis)
    {
        var extent = At(Shape(n.X), axis);
        var unit = Emit("EyeLike", [Fill(Concat(0, extent, extent), n.X.Element, 0)]);
        var image = Unsqueeze(unit, Ints(n.Graph, 0, 1));
        var node = Node("Resize", [image, null, n.Has(Sizes) ? null : Rows(n, axis), n.Has(Sizes) ? Concat(0, Ints(n.Graph, 1, 1), At(n[Sizes], Position(n, axis)), extent) : null], 1,
            n.Node.Attribute.Where(a => a.Name != "axes").Select(a => a.Clone()));
        return Squeeze(new Value(n.Graph, node.Output[0], n.X.Element).As(n.X.Element), Ints(n.Graph, 0, 1));
    }

    private static Value Rows(Forward n, int axis)
    {
        var one = n.Graph.Add(Tensors.Float([2], [1, 1]));
        return Concat(0, one, At(n[Scales], Position(n, axis)), n.Graph.Add(Tensors.Float([1], [1])));
    }

    private static Value At(Value vector, int place) => Gather(vector, Ints(vector.Graph, place), 0);

    // Scales and sizes may be given for some axes only.
    private static int Position(Forward n, int axis) => n.Ints("axes") is { } axes ? Array.FindIndex(axes, a => (a < 0 ? a + 4 : a) == axis) : axis;
}
