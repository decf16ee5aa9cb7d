namespace Explain.Engine.Models.Layouts;

/// <summary>Where values lie in one item of a layer's tensor.</summary>
/// <param name="Channels">C.</param>
/// <param name="Height">h.</param>
/// <param name="Width">w.</param>
/// <param name="ChannelStep">From one channel to the next.</param>
/// <param name="PlaceStep">From one place to the next, in reading order.</param>
/// <param name="First">The first place of the first channel.</param>
/// <param name="Places">Number of places and further tokens.</param>
internal readonly record struct ItemIndex(int Channels, int Height, int Width, int ChannelStep, int PlaceStep, int First, int Places)
{
    /// <summary>Places of a feature map.</summary>
    public int Area => Height * Width;

    /// <summary>Whether an item is the feature maps one after the other.</summary>
    public bool IsPlanes => PlaceStep == 1 && ChannelStep == Area && First == 0;

    /// <summary>The feature maps of an item, [C, h, w].</summary>
    public void ToPlanes(ReadOnlySpan<float> item, Span<float> planes)
    {
        for (var c = 0; c < Channels; c++)
        {
            for (var (i, at) = (0, First + c * ChannelStep); i < Area; i++, at += PlaceStep)
                planes[c * Area + i] = item[at];
        }
    }

    /// <summary>Sets a channel at every place and in every further token.</summary>
    public void Fill(Span<float> item, int channel, float value)
    {
        for (var i = 0; i < Places; i++)
            item[channel * ChannelStep + i * PlaceStep] = value;
    }

    /// <summary>Sets all channels of all places to 0; further tokens stay.</summary>
    public void ClearPlaces(Span<float> item)
    {
        for (var c = 0; c < Channels; c++)
        {
            for (var i = 0; i < Area; i++)
                item[First + c * ChannelStep + i * PlaceStep] = 0;
        }
    }

    /// <summary>Copies all channels of a place, times a factor.</summary>
    public void CopyPlace(ReadOnlySpan<float> from, Span<float> item, int place, float factor)
    {
        for (var c = 0; c < Channels; c++)
        {
            var at = First + c * ChannelStep + place * PlaceStep;
            item[at] = factor * from[at];
        }
    }
}
