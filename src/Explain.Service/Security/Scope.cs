namespace Explain.Service.Security;

/// <summary>What a caller may be allowed to do.</summary>
internal enum Scope
{
    /// <summary>Explanations, comparisons, estimates, and what is kept of the caller's own.</summary>
    Explain,

    /// <summary>Scores of a model, unexplained.</summary>
    Predict,

    /// <summary>What is served and what can be asked for.</summary>
    ModelsRead,

    /// <summary>Loading and unloading models.</summary>
    ModelsAdmin,

    /// <summary>What is kept of all callers' explanations, and what operators did.</summary>
    AuditRead,

    /// <summary>Deleting what is kept.</summary>
    AuditDelete,
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
        ["audit:read"] = Scope.AuditRead,
        ["audit:delete"] = Scope.AuditDelete,
    };

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    /// <summary>Whether it changes what is there for all: an open service keeps it to itself.</summary>
    public static bool IsAdmin(this Scope scope) => scope is Scope.ModelsAdmin or Scope.AuditDelete;

    /// <summary>The name of a scope, and of the policy that asks for it.</summary>
    public static string Name(this Scope scope) => ByName.First(s => s.Value == scope).Key;

    /// <summary>The scope of a name, or null.</summary>
    public static Scope? Find(string name) => ByName.TryGetValue(name, out var scope) ? scope : null;
}
