using Explain.Engine.Methods.Probing;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Tables;

/// <summary>The methods, keyed by API id.</summary>
public static class MethodTable
{
    private static readonly Method[] Rows = [.. FeatureMapMethods.Rows, .. PixelMethods.Rows, .. PerturbationMethods.Rows];

    private static readonly Dictionary<string, Method> ById = Rows.ToDictionary(m => m.Id);

    /// <summary>Every method, in the order of the documentation.</summary>
    public static IReadOnlyList<MethodInfo> All { get; } = [.. Rows.Select(m => m.Info)];

    /// <summary>The ids of those that an exported model can compute, in alphabetical order.</summary>
    internal static IReadOnlyList<string> Exported { get; } =
    [.. Rows.Where(m => m.Formula is not null).Select(m => m.Id).Order(StringComparer.Ordinal)];

    /// <summary>The method of an id.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidParameter"/>.</exception>
    internal static Method Find(string id) =>
        ById.GetValueOrDefault(id)
        ?? throw new ExplainException(
            ExplainError.InvalidParameter,
            $"there is no method '{id}'",
            new Dictionary<string, string[]> { ["method"] = [$"'{id}' is not a method; the methods are {string.Join(", ", ById.Keys)}"] }
        );
}
