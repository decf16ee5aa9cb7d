using Explain.Engine.Images;

namespace Explain.Engine.Models;

/// <summary>A picture as a batch.</summary>
internal static class PictureInput
{
    /// <summary>The batch: a model made for several pictures at a time gets the same one in every place.</summary>
    public static FloatTensor Of(Model model, PreparedInput input)
    {
        var spec = model.Description.Input;
        var rows = model.BatchSize ?? 1;
        return new FloatTensor(
            spec.Layout == TensorLayout.Nchw ? [rows, spec.Channels, spec.Height, spec.Width] : [rows, spec.Height, spec.Width, spec.Channels],
            rows == 1 ? input.Tensor : [.. Enumerable.Repeat(input.Tensor, rows).SelectMany(v => v)]);
    }
}
