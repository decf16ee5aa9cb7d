namespace Explain.Service.Security;

/// <summary>What a caller may be allowed to do.</summary>
internal enum Scope
{
    /// <summary>Explanations, comparisons, estimates, and what is kept of them.</summary>
    Explain,

    /// <summary>Scores of a model, unexplained.</summary>
    Predict,

    /// <summary>What is served and what can be asked for.</summary>
    ModelsRead,

    /// <summary>Loading and unloading models.</summary>
    ModelsAdmin,
}

/// <summary>The scopes with the names that settings and tokens use.</summary>
internal static class Scopes
{
    // csharpier-ignore
    private static readonly Dictionary<string, Scope> ByName = new(StringComparer.Ordinal)
    {
        ["explain"] = Scope.Explain,
        ["predict"] = Scope.Predict,
        ["models:read"] = Scope.ModelsRead,
        ["models:admin"] = Scope.ModelsAdmin,
    };

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    /// <summary>The name of a scope, and of the policy that asks for it.</summary>
    public static string Name(this Scope scope) => ByName.First(s => s.Value == scope).Key;

    /// <summary>The scope of a name, or null.</summary>
    public static Scope? Find(string name) => ByName.TryGetValue(name, out var scope) ? scope : null;
}
