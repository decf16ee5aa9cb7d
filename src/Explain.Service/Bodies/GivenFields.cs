namespace Explain.Service.Bodies;

/// <summary>What a query or a form says. Fields without a value say nothing: pages send all that they show.</summary>
internal static class GivenFields
{
    /// <summary>The fields of a query.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(IQueryCollection query) =>
        Said(query.SelectMany(p => p.Value, (p, value) => KeyValuePair.Create(p.Key, value ?? "")));

    /// <summary>Those of some fields that have a value.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Said(IEnumerable<KeyValuePair<string, string>> fields) =>
        fields.Where(f => !string.IsNullOrWhiteSpace(f.Value));
}
