namespace Explain.Service.Endpoints;

/// <summary>Marks an endpoint: whose words it speaks.</summary>
/// <param name="Name">As metrics, the log and the audit trail name it.</param>
/// <param name="Roots">Where its addresses begin: all that is known of a request that no endpoint answers.</param>
internal sealed record Protocol(string Name, params IReadOnlyList<PathString> Roots)
{
    /// <summary>The service's own.</summary>
    public static Protocol Native { get; } = new("native");

    /// <summary>KServe's first.</summary>
    public static Protocol KServe { get; } = new("kserve-v1", "/v1");

    /// <summary>The Open Inference Protocol, version 2.</summary>
    public static Protocol OpenInference { get; } = new("open-inference", "/v2");

    /// <summary>TorchServe's inference API.</summary>
    public static Protocol TorchServe { get; } = new("torchserve", "/predictions", "/explanations", "/ping");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Protocol> All { get; } = [Native, KServe, OpenInference, TorchServe];

    /// <summary>What a request speaks: as its endpoint says, else by its address.</summary>
    public static Protocol Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<Protocol>()
        ?? All.FirstOrDefault(p => p.Roots.Any(root => context.Request.Path.StartsWithSegments(root)))
        ?? Native;
}
