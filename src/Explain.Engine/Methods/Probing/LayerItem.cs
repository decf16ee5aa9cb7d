using Explain.Engine.Models.Layouts;
using Explain.Engine.Models.Sessions;

namespace Explain.Engine.Methods.Probing;

/// <summary>One item of a layer's value, to be changed channel by channel or position by position, in whatever layout it is.</summary>
/// <param name="tensor">The layer's value.</param>
/// <param name="item">Which item.</param>
/// <param name="layout">How feature maps lie in it.</param>
internal sealed class LayerItem(RunTensor tensor, int item, LayerLayout layout)
{
    private readonly float[] _values = layout.Item(tensor, item).ToArray();
    private readonly ItemIndex _index = layout.Index(tensor.Shape);

    /// <summary>Rows and columns of a feature map.</summary>
    public (int Height, int Width) Extent => (_index.Height, _index.Width);

    /// <summary>Whether the positions are tokens.</summary>
    public bool IsTokens => layout.Tokens is not null;

    /// <summary>The item with one number in the place of a channel, in class and register tokens too.</summary>
    public void WithChannel(int channel, float value, Span<float> destination)
    {
        _values.CopyTo(destination);
        _index.Fill(destination, channel, value);
    }

    /// <summary>
    /// The item with every position times its factor: most positions have none, and are 0. Class and register tokens stay.
    /// </summary>
    public void At(ReadOnlySpan<(int Position, float Factor)> positions, Span<float> destination)
    {
        if (IsTokens)
        {
            _values.CopyTo(destination);
            _index.ClearPlaces(destination);
        }
        else
        {
            destination.Clear();
        }
        foreach (var (position, factor) in positions)
            _index.CopyPlace(_values, destination, position, factor);
    }
}
