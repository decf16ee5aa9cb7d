namespace Explain.Engine.Methods.Tables;

/// <summary>Methods that attribute the score to the pixels of the input.</summary>
internal static class PixelMethods
{
    /// <summary>The rows.</summary>
    public static readonly IReadOnlyList<Method> Rows =
    [
    ];
}
