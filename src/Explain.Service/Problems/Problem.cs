using Explain.Engine.Vocabulary;

namespace Explain.Service.Problems;

/// <summary>A failed request, before it takes the shape of a protocol.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Slug">Stable name of the kind of failure.</param>
/// <param name="Title">The kind of failure, for people.</param>
/// <param name="Detail">This failure: what was wrong and what is allowed; null when that is not for callers.</param>
internal sealed record Problem(int Status, string Slug, string Title, string? Detail)
{
    private const string TypePrefix = "urn:explain-service:problem:";

    /// <summary>Parameter name to messages, for <c>invalid-parameter</c>.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; init; } = new Dictionary<string, string[]>();

    /// <summary>Seconds after which another try makes sense; null for failures that stay.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The stable <c>type</c>; it ends in the slug.</summary>
    public string Type => TypePrefix + Slug;

    /// <summary>A failure with an error of the engine.</summary>
    public static Problem Of(ExplainException exception) => Of(exception.Error, exception.Message) with { Errors = exception.Errors };

    /// <summary>The one place where a kind of failure gets its status and slug.</summary>
    public static Problem Of(ExplainError error, string? detail) =>
        error switch
        {
            ExplainError.InvalidRequest => new(400, "invalid-request", "The request is malformed", detail),
            ExplainError.InvalidParameter => new(400, "invalid-parameter", "A parameter is not allowed", detail),
            ExplainError.ModelNotFound => new(404, "model-not-found", "No such model", detail),
            ExplainError.LayerNotFound => new(404, "layer-not-found", "No such layer", detail),
            ExplainError.LabelNotFound => new(404, "label-not-found", "No such label", detail),
            ExplainError.UnsupportedMediaType => new(415, "unsupported-media-type", "Not an accepted kind of content", detail),
            ExplainError.PayloadTooLarge => new(413, "payload-too-large", "Too many bytes", detail),
            ExplainError.ImageCorrupt => new(422, "image-corrupt", "The image is broken", detail),
            ExplainError.ImageTooLarge => new(422, "image-too-large", "The image has too many pixels", detail),
            ExplainError.TargetOutOfRange => new(422, "target-out-of-range", "No such class or place", detail),
            ExplainError.MethodNotSupported => new(422, "method-not-supported", "The method does not work on this model", detail),
            ExplainError.OverBudget => new(422, "over-budget", "More work than one request may ask for", detail),
            ExplainError.ModelNotReady => new(503, "model-not-ready", "The model is not usable now", detail) { RetryAfter = 5 },
            ExplainError.Overloaded => new(503, "overloaded", "Too many requests at once", detail) { RetryAfter = 1 },
            ExplainError.DeadlineExceeded => new(504, "deadline-exceeded", "Not finished in time", detail),
            _ => throw new ArgumentOutOfRangeException(nameof(error), error, null),
        };

    /// <summary>Whoever vouches for callers cannot be asked.</summary>
    public static Problem IdentityUnavailable(string detail) =>
        new(503, "identity-unavailable", "Callers cannot be checked now", detail) { RetryAfter = 5 };

    /// <summary>What is asked for goes against what is there.</summary>
    public static Problem Conflict(string? detail) => new(409, "conflict", "Not as things are now", detail);

    /// <summary>A model was sent that cannot be served.</summary>
    public static Problem ModelRefused(string? detail) => new(422, "model-refused", "The model cannot be served", detail);

    /// <summary>There is no such explanation in the trail.</summary>
    public static Problem ExplanationNotFound(string? detail) => new(404, "explanation-not-found", "No such explanation", detail);

    /// <summary>The trail cannot be read now.</summary>
    public static Problem AuditTrailUnavailable(string? detail) =>
        new(503, "store-unavailable", "The explanations cannot be looked up now", detail) { RetryAfter = 5 };

    /// <summary>A failure that ASP.NET Core found, known by its status only.</summary>
    public static Problem Of(int status, string? detail) =>
        status switch
        {
            401 => new(401, "unauthenticated", "No valid key or token", detail),
            403 => new(403, "forbidden", "Not allowed to this caller", detail),
            404 => new(404, "not-found", "No such address", detail),
            405 => new(405, "method-not-allowed", "Not a verb of this address", detail),
            406 => new(406, "not-acceptable", "Nothing the Accept header allows", detail),
            408 => new(408, "request-timeout", "The request came too slowly", detail),
            413 => Of(ExplainError.PayloadTooLarge, detail),
            415 => Of(ExplainError.UnsupportedMediaType, detail),
            429 => new(429, "rate-limited", "The caller's quota is used up", detail),
            499 => new(499, "canceled", "The caller left", detail),
            503 => Of(ExplainError.Overloaded, detail),
            504 => Of(ExplainError.DeadlineExceeded, detail),
            >= 500 => new(500, "internal", "Something went wrong here", null),
            _ => new(status, "invalid-request", "The request is malformed", detail),
        };
}
