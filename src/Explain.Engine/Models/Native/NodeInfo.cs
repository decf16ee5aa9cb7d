using Explain.Kernels.Blocked;

namespace Explain.Engine.Models.Native;

/// <summary>The attributes of a node whose kernel is made.</summary>
/// <param name="info">ONNX Runtime's view of the node.</param>
internal sealed class NodeInfo(nint info)
{
    /// <summary>A number.</summary>
    public float Float(string attribute) => OrtApi.Float(info, attribute);

    /// <summary>A whole number.</summary>
    public long Int(string attribute) => OrtApi.Int(info, attribute);

    /// <summary>A text.</summary>
    public string Text(string attribute) => OrtApi.Text(info, attribute);

    /// <summary>A list of whole numbers.</summary>
    public long[] Ints(string attribute) => OrtApi.Ints(info, attribute);
}

/// <summary>How a node's windows lie.</summary>
internal sealed class WindowAttributes(NodeInfo info)
{
    private readonly long[] _kernel = info.Ints("kernel_shape");
    private readonly long[] _strides = info.Ints("strides");
    private readonly long[] _dilations = info.Ints("dilations");
    private readonly long[] _pads = info.Ints("pads");
    private readonly long[] _extents = info.Ints("extents");

    /// <summary>Channels, height and width of what the windows lie over.</summary>
    public (long Channels, long Height, long Width) Extents => (_extents[0], _extents[1], _extents[2]);

    /// <summary>The windows.</summary>
    /// <param name="height">Height of what they lie over.</param>
    /// <param name="width">Its width.</param>
    /// <param name="shape">Shape of what there is one of for each window.</param>
    public Windows Windows(long height, long width, long[] shape) => new(Axis(0, height, shape[2]), Axis(1, width, shape[3]));

    private WindowAxis Axis(int axis, long extent, long windows) =>
        checked(new((int)extent, (int)_kernel[axis], (int)_strides[axis], (int)_dilations[axis], (int)_pads[axis], (int)windows));
}
