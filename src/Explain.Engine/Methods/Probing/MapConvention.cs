using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Probing;

/// <summary>How a library gets from a map's values to what it shows.</summary>
/// <param name="Rectifies">Whether the maps of methods that end in a ReLU have it.</param>
/// <param name="ReluFirst">Whether negative values are dropped before scaling.</param>
/// <param name="Epsilon">Added to the divisor of the min-max scaling.</param>
/// <param name="Nearest">Whether samples are copied when the map is enlarged; else bilinear with half-pixel centres.</param>
/// <param name="ScaleAgain">Whether the enlarged map is scaled again.</param>
internal sealed record MapConvention(bool Rectifies, bool ReluFirst, float Epsilon, bool Nearest, bool ScaleAgain)
{
    // csharpier-ignore
    private static readonly Dictionary<Compat, MapConvention> Table = new()
    {
        [Compat.None] = new(true, true, 0, false, true),
        [Compat.PytorchGradCam] = new(true, true, 1e-7f, false, true),
        [Compat.TorchCam] = new(true, false, 1e-8f, false, false),
        [Compat.Captum] = new(false, false, 0, true, false),
        [Compat.OpenvinoXai] = new(false, false, 1e-12f, false, true),
    };

    /// <summary>That of a library.</summary>
    public static MapConvention Of(Compat compat) => Table[compat];
}
