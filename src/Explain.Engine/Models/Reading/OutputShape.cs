using Explain.Autodiff.Graphs;

namespace Explain.Engine.Models.Reading;

/// <summary>Shape of one item of an output, for one image of the size in use.</summary>
/// <param name="Alone">Whether the tensor has no batch axis: it is one item as a whole, such as the boxes that are left after
/// suppression.</param>
/// <param name="Extents">Extents behind the batch axis, -1 for one that depends on the image; null when not even their number is
/// known.</param>
internal sealed record OutputShape(bool Alone, IReadOnlyList<long>? Extents)
{
    /// <summary>How messages show an extent list.</summary>
    public static string Text(IEnumerable<long> extents) => $"[{string.Join(", ", extents.Select(e => e < 0 ? "any" : $"{e}"))}]";

    /// <summary>Whether it is another for every image.</summary>
    public bool Varies => Extents is null || Extents.Any(e => e < 0);

    /// <summary>Reads it off a graph whose inputs have fixed extents.</summary>
    /// <param name="sized">The graph.</param>
    /// <param name="image">The image's input.</param>
    /// <param name="tensor">The output.</param>
    public static OutputShape Of(Graph sized, string image, string tensor)
    {
        if (sized.Type(tensor)?.Dims is not { Count: > 0 } dims)
            return new OutputShape(false, null);
        // With every input fixed, an extent that is still unknown depends on what the image shows, which no batch does.
        var alone = dims[0].Size is not { } first || first != sized.Type(image)!.Dims![0].Size;
        return new OutputShape(alone, [.. dims.Skip(alone ? 0 : 1).Select(d => d.Size ?? -1)]);
    }

    /// <summary>
    /// Number of classes of a tensor that holds one score a class: at most one extent is not 1. Null for tensors of other kinds.
    /// </summary>
    public int? Classes =>
        !Alone && Extents is { Count: > 0 } extents && extents.All(e => e > 0) && extents.Count(e => e > 1) <= 1
            ? (int)extents.Aggregate((a, b) => a * b)
            : null;

    /// <summary>What such a tensor usually is.</summary>
    public OutputKind Kind =>
        Extents switch
        {
            null => OutputKind.Tensor,
            var extents when extents.All(e => e == 1) => OutputKind.Value,
            var extents when extents.Count(e => e != 1) == 1 => OutputKind.Vector,
            { Count: 2 } => OutputKind.Rows,
            { Count: 3 } => OutputKind.Map,
            _ => OutputKind.Tensor,
        };
}

/// <summary>What an output is, by its shape.</summary>
public enum OutputKind
{
    /// <summary>One score a class.</summary>
    Classes,

    /// <summary>One number.</summary>
    Value,

    /// <summary>Numbers in a row: an embedding, a state, actions.</summary>
    Vector,

    /// <summary>Rows of numbers: detections, or the scores of a vocabulary for each position of a sequence.</summary>
    Rows,

    /// <summary>Numbers for every place of the image: segmentation, depth.</summary>
    Map,

    /// <summary>Anything else.</summary>
    Tensor,
}
