using Explain.Engine.Images;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Models;

/// <summary>An image as a batch.</summary>
internal static class ImageInput
{
    /// <summary>The image as one item.</summary>
    public static FloatTensor Item(Model model, PreparedInput input)
    {
        var spec = model.Description.Input;
        return new FloatTensor(
            spec.Layout == TensorLayout.Nchw ? [1, spec.Channels, spec.Height, spec.Width] : [1, spec.Height, spec.Width, spec.Channels],
            input.Tensor
        );
    }

    /// <summary>The batch: a model made for several images at a time gets the same one in every place.</summary>
    public static FloatTensor Of(Model model, PreparedInput input)
    {
        var item = Item(model, input);
        return model.BatchSize is { } items and > 1 ? FloatTensor.Join([.. Enumerable.Repeat(item, items)]) : item;
    }
}
