namespace Explain.Service.Telemetry;

/// <summary>A route that makes a model compute.</summary>
/// <param name="Protocol">Whose words it speaks.</param>
/// <param name="Operation">What it does.</param>
internal sealed record MeasuredRoute(string Protocol, string Operation)
{
    /// <summary>The route parameter that names the model, in all protocols.</summary>
    public const string ModelParameter = "model";

    /// <summary>Beginnings of routes.</summary>
    // csharpier-ignore
    private static readonly (string Beginning, string Protocol)[] Protocols =
    [
        ("api/", "native"),
        ("v1/", "kserve-v1"),
        ("v2/", "open-inference"),
        ("explanations/", "torchserve"),
        ("predictions/", "torchserve"),
    ];

    /// <summary>Words in routes.</summary>
    // csharpier-ignore
    private static readonly (string Word, string Operation)[] Operations =
    [
        ("explanations/", Explain),
        ("predictions/", Predict),
        ("explain", Explain),
        ("compare", "compare"),
        ("predict", Predict),
        ("infer", Predict),
        ("estimate", "estimate"),
    ];

    /// <summary>Maps of one method.</summary>
    public const string Explain = "explain";

    /// <summary>Scores alone.</summary>
    public const string Predict = "predict";

    /// <summary>What protocols are called.</summary>
    public static IReadOnlyList<string> ProtocolNames { get; } = [.. Protocols.Select(p => p.Protocol).Distinct()];

    /// <summary>What operations are called.</summary>
    public static IReadOnlyList<string> OperationNames { get; } = [.. Operations.Select(o => o.Operation).Distinct()];

    /// <summary>What an endpoint is measured as; null for one that computes nothing.</summary>
    public static MeasuredRoute? Of(Endpoint? endpoint)
    {
        if (endpoint is not RouteEndpoint { RoutePattern: { RawText: { } text } pattern } || pattern.GetParameter(ModelParameter) is null)
            return null;
        if (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(HttpMethods.Post) != true)
            return null;
        var route = text.TrimStart('/');
        var protocol = Protocols.FirstOrDefault(p => route.StartsWith(p.Beginning, StringComparison.OrdinalIgnoreCase)).Protocol;
        var operation = Operations.FirstOrDefault(o => Names(route, o.Word)).Operation;
        return protocol is null || operation is null ? null : new MeasuredRoute(protocol, operation);
    }

    private static bool Names(string route, string word) =>
        word.EndsWith('/')
            ? route.StartsWith(word, StringComparison.OrdinalIgnoreCase)
            : route.EndsWith(word, StringComparison.OrdinalIgnoreCase);
}
