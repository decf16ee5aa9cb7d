using Explain.Kernels.Segmentation;

namespace Explain.Engine.Methods.Perturbation;

/// <summary>An image cut into superpixels: the features of LIME and KernelSHAP.</summary>
internal sealed class Segments
{
    // The usual number of the authors' implementations; and what looks like parts of things.
    private const int Wanted = 50;
    private const double Compactness = 1;

    private readonly int[] _labels;

    /// <summary>Cuts an image; nothing about it is random.</summary>
    public Segments(InputImage image)
    {
        _labels = new int[image.Area];
        Count = Superpixels.Slic(
            image.Planes(),
            image.Channels,
            image.Height,
            image.Width,
            Math.Min(Wanted, image.Area),
            Compactness,
            _labels
        );
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The segment of every pixel.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>Gives every pixel the value of its segment.</summary>
    public void Paint(ReadOnlySpan<float> values, Span<float> map)
    {
        for (var i = 0; i < map.Length; i++)
            map[i] = values[_labels[i]];
    }
}
