using Explain.Engine.Models.Layouts;
using Explain.Engine.Models.Sessions;

namespace Explain.Engine.Methods.Probing;

/// <summary>The feature maps of one item, channels first.</summary>
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

    /// <summary>Positions of a feature map.</summary>
    public int Area => height * width;

    /// <summary>One feature map, row-major [h, w].</summary>
    public ReadOnlySpan<float> this[int channel] => Values.Slice(channel * Area, Area);

    /// <summary>One item of a layer's tensor; values that lie otherwise are copied.</summary>
    public static FeatureMaps Of(RunTensor tensor, int item, LayerLayout layout)
    {
        var index = layout.Index(tensor.Shape);
        return new FeatureMaps(
            index.IsPlanes && layout.Batch == 0 ? tensor.Item(item) : Planes(tensor, item, layout, index),
            index.Channels,
            index.Height,
            index.Width
        );
    }

    private static float[] Planes(RunTensor tensor, int item, LayerLayout layout, ItemIndex index)
    {
        var planes = new float[index.Channels * index.Area];
        index.ToPlanes(layout.Item(tensor, item), planes);
        return planes;
    }
}
