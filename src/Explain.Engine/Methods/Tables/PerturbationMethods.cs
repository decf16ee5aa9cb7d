namespace Explain.Engine.Methods.Tables;

/// <summary>Methods that change the input or the feature maps and watch the score; they need no gradient.</summary>
internal static class PerturbationMethods
{
    /// <summary>The rows.</summary>
    public static readonly IReadOnlyList<Method> Rows =
    [
    ];
}
