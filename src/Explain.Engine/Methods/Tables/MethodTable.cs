using Explain.Engine.Methods.Probing;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Tables;

/// <summary>The methods, keyed by API id.</summary>
public static class MethodTable
{
    private static readonly Method[] Table =
    [
        .. from m in (Method[])[.. FeatureMapMethods.Rows, .. PixelMethods.Rows, .. PerturbationMethods.Rows]
        select m with
        {
            Info = m.Info with
            {
                Notes = MethodNotes.Rows.GetValueOrDefault(m.Info.Id),
                Compat = [.. m.Conventions.Select(Conventions.NameOf)],
            },
        },
    ];

    private static readonly Dictionary<string, Method> ById = Table.ToDictionary(m => m.Info.Id);

    /// <summary>Every method, in the order of the documentation.</summary>
    public static IReadOnlyList<MethodInfo> All { get; } = [.. Table.Select(m => m.Info)];

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
