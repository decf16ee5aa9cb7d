using Explain.Engine.Vocabulary;

namespace Explain.Engine.Images;

/// <summary>Height and width of an image tensor.</summary>
internal static class InputExtent
{
    /// <summary>The extents of a batch in the layout of <paramref name="spec"/>.</summary>
    public static (int Height, int Width) Of(InputSpec spec, FloatTensor input) =>
        spec.Layout == TensorLayout.Nchw ? ((int)input.Shape[2], (int)input.Shape[3]) : ((int)input.Shape[1], (int)input.Shape[2]);
}
