namespace Explain.Engine.Vocabulary;

/// <summary>What went wrong, in the words of the API: each member is one <c>slug</c> of the problem types.</summary>
public enum ExplainError
{
    /// <summary>The request is malformed as a whole (no image, two bodies, broken JSON).</summary>
    InvalidRequest,

    /// <summary>One or more parameters have an unknown name or value; all of them are in <see cref="ExplainException.Errors"/>.</summary>
    InvalidParameter,

    /// <summary>No model of that name is served.</summary>
    ModelNotFound,

    /// <summary>The model has no tensor of that name that can be a target layer.</summary>
    LayerNotFound,

    /// <summary>No label matches.</summary>
    LabelNotFound,

    /// <summary>The bytes are not an image of an accepted format.</summary>
    UnsupportedMediaType,

    /// <summary>More bytes than the configured limit.</summary>
    PayloadTooLarge,

    /// <summary>An image of an accepted format that cannot be decoded to its end.</summary>
    ImageCorrupt,

    /// <summary>More pixels than the configured limit.</summary>
    ImageTooLarge,

    /// <summary>A class index outside the model's classes.</summary>
    TargetOutOfRange,

    /// <summary>The method cannot be computed on this model; the message says why and which methods can.</summary>
    MethodNotSupported,

    /// <summary>The request takes more passes or memory than one request may; the message says how much is allowed.</summary>
    OverBudget,

    /// <summary>The model is known but not usable: still loading, or its file failed to load.</summary>
    ModelNotReady,

    /// <summary>The service has no free run and its queue is full.</summary>
    Overloaded,

    /// <summary>The deadline passed before the answer was ready.</summary>
    DeadlineExceeded,
}

/// <summary>A failure the caller can do something about. The message is safe to show: it names no path and no internals.</summary>
public sealed class ExplainException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="error">The kind of failure.</param>
    /// <param name="message">What was wrong and what is allowed.</param>
    /// <param name="errors">For <see cref="ExplainError.InvalidParameter"/>: parameter name to messages.</param>
    /// <param name="cause">What showed it, for the log alone; null when nothing did.</param>
    public ExplainException(
        ExplainError error,
        string message,
        IReadOnlyDictionary<string, string[]>? errors = null,
        Exception? cause = null
    )
        : base(message, cause)
    {
        Error = error;
        Errors = errors ?? new Dictionary<string, string[]>();
    }

    /// <summary>A parameter that is not allowed.</summary>
    /// <param name="parameter">Its name.</param>
    /// <param name="message">What was wrong and what is allowed.</param>
    /// <param name="detail">The same for the parameter alone, where it differs.</param>
    public static ExplainException Parameter(string parameter, string message, string? detail = null) =>
        new(ExplainError.InvalidParameter, message, new Dictionary<string, string[]> { [parameter] = [detail ?? message] });

    /// <summary>The kind of failure.</summary>
    public ExplainError Error { get; }

    /// <summary>Parameter name to messages; empty unless <see cref="Error"/> is <see cref="ExplainError.InvalidParameter"/>.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; }
}
