namespace Explain.Engine.Targets.Outputs;

/// <summary>Some places of a map.</summary>
internal interface IRegion
{
    /// <summary>As in answers.</summary>
    string Name { get; }

    /// <summary>Checks what can be checked before anything is computed.</summary>
    void Check(OutputAxes axes, long? index);

    /// <summary>For each place, row-major, whether it is in the region.</summary>
    /// <param name="axes">The axes, two of places and perhaps one of classes.</param>
    /// <param name="index">The class, or null.</param>
    /// <param name="values">The item.</param>
    bool[] Find(OutputAxes axes, long? index, ReadOnlySpan<float> values);
}

/// <summary>The places where the class has the largest number of all classes.</summary>
internal sealed class PredictedRegion : IRegion
{
    /// <inheritdoc/>
    public string Name => "predicted";

    /// <inheritdoc/>
    public void Check(OutputAxes axes, long? index)
    {
        if (index is null && MapLayout.Of(axes).ClassAxis is not null)
            throw OutputAxes.Invalid("the region \"predicted\" belongs to a class; give \"index\":[c]");
    }

    /// <inheritdoc/>
    public bool[] Find(OutputAxes axes, long? index, ReadOnlySpan<float> values)
    {
        var layout = MapLayout.Of(axes);
        var region = new bool[layout.Height * layout.Width];
        for (var at = 0; at < region.Length; at++)
        {
            var own = values[layout.Offset((int)(index ?? 0), at)];
            // A single class has no other to be larger than.
            var found = layout.Classes > 1 || own > axes.Threshold;
            for (var c = 0; c < layout.Classes && found; c++)
                found = c < index ? values[layout.Offset(c, at)] < own : values[layout.Offset(c, at)] <= own;
            region[at] = found;
        }
        return region;
    }
}

/// <summary>A mask over what the model sees, brought to the extents of the map by taking the nearest place.</summary>
/// <param name="height">Rows of the mask.</param>
/// <param name="width">Columns of the mask.</param>
/// <param name="mask">Row-major.</param>
internal sealed class MaskRegion(int height, int width, bool[] mask) : IRegion
{
    /// <inheritdoc/>
    public string Name => "mask";

    /// <inheritdoc/>
    public void Check(OutputAxes axes, long? index)
    {
        // Any mask fits any map.
    }

    /// <inheritdoc/>
    public bool[] Find(OutputAxes axes, long? index, ReadOnlySpan<float> values)
    {
        var layout = MapLayout.Of(axes);
        var region = new bool[layout.Height * layout.Width];
        for (var y = 0; y < layout.Height; y++)
        {
            for (var x = 0; x < layout.Width; x++)
            {
                region[y * layout.Width + x] = mask[
                    (int)((y + 0.5) * height / layout.Height) * width + (int)((x + 0.5) * width / layout.Width)
                ];
            }
        }

        return region;
    }
}
