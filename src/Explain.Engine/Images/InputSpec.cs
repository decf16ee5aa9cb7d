namespace Explain.Engine.Images;

/// <summary>Axis order of an image tensor.</summary>
public enum TensorLayout
{
    /// <summary>Batch, channels, height, width.</summary>
    Nchw,

    /// <summary>Batch, height, width, channels.</summary>
    Nhwc,
}

/// <summary>Channel order of an image tensor.</summary>
public enum ColorOrder
{
    /// <summary>Red first.</summary>
    Rgb,

    /// <summary>Blue first (Caffe).</summary>
    Bgr,

    /// <summary>One channel: ITU-R 601 luma.</summary>
    Gray,
}

/// <summary>How much of an image's file is decoded for the model.</summary>
public enum Decoding
{
    /// <summary>Every pixel.</summary>
    Exact,

    /// <summary>Of a large JPEG a fraction of its size, whose pixels are means of neighbours: the input differs by some levels.</summary>
    Fast,
}

/// <summary>How an image becomes the model's input: the <c>input</c> object of <c>model.json</c> with every gap filled.</summary>
public sealed record InputSpec
{
    /// <summary>Name of the graph input.</summary>
    public required string Name { get; init; }

    /// <summary>Axis order.</summary>
    public TensorLayout Layout { get; init; } = TensorLayout.Nchw;

    /// <summary>Channel order.</summary>
    public ColorOrder Color { get; init; } = ColorOrder.Rgb;

    /// <summary>Height of the input, pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Width of the input, pixels.</summary>
    public required int Width { get; init; }

    /// <summary>How an image of another shape is made to fit.</summary>
    public Fit Fit { get; init; } = Fit.Stretch;

    /// <summary>
    /// For <see cref="Fit.Crop"/>: length of the shorter side before the centre is cut out, pixels. At least the input's shorter side.
    /// </summary>
    public int ResizeTo { get; init; }

    /// <summary>Filter for the resize.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>What becomes of the alpha channel of images that have one.</summary>
    public AlphaMode Alpha { get; init; } = AlphaMode.White;

    /// <summary>How much of an image's file is decoded.</summary>
    public Decoding Decode { get; init; } = Decoding.Exact;

    /// <summary>A pixel p in 0..255 becomes <c>(p * Scale - Mean[c]) / Std[c]</c>, c counted in the tensor's own channel order.</summary>
    public float Scale { get; init; } = 1f / 255f;

    /// <summary>One value a channel, in the tensor's channel order.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [0, 0, 0];

    /// <summary>One value a channel, in the tensor's channel order; never 0.</summary>
    public IReadOnlyList<float> Std { get; init; } = [1, 1, 1];

    /// <summary>Number of channels.</summary>
    public int Channels => Mean.Count;

    /// <summary>Whether an image can be made into the input; models with other than 1 or 3 channels take tensors only.</summary>
    public bool TakesImages => Channels is 1 or 3;
}
