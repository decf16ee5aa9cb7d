using Explain.Engine.Models;

namespace Explain.Engine.Methods;

/// <summary>The feature maps of one row, channels first.</summary>
/// <param name="values">Row-major [C, h, w].</param>
/// <param name="channels">C.</param>
/// <param name="height">h.</param>
/// <param name="width">w.</param>
internal readonly ref struct FeatureMaps(ReadOnlySpan<float> values, int channels, int height, int width)
{
    /// <summary>Row-major [C, h, w].</summary>
    public ReadOnlySpan<float> Values { get; } = values;

    /// <summary>Number of feature maps.</summary>
    public int Channels => channels;

    /// <summary>Rows of a feature map.</summary>
    public int Height => height;

    /// <summary>Columns of a feature map.</summary>
    public int Width => width;

    /// <summary>Places of a feature map.</summary>
    public int Area => height * width;

    /// <summary>One feature map, row-major [h, w].</summary>
    public ReadOnlySpan<float> this[int channel] => Values.Slice(channel * Area, Area);

    /// <summary>One row of a tensor [N, C, h, w].</summary>
    public static FeatureMaps Of(RunTensor tensor, int row) => new(tensor.Row(row), (int)tensor.Shape[1], (int)tensor.Shape[2], (int)tensor.Shape[3]);
}
