using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Requests;

/// <summary>The time that a caller gives a request, inside the service's own.</summary>
/// <param name="limit">The time, from now; null for as much as the service has.</param>
/// <param name="request">The request.</param>
internal sealed class CallerDeadline(TimeSpan? limit, RequestFacts request) : IDisposable
{
    private readonly CancellationToken _aborted = request.Http.RequestAborted;
    private readonly RequestDeadline? _own = limit is { } own ? RequestDeadline.In(own) : null;
    private readonly CancellationTokenSource _over = Ending(limit, request.Http.RequestAborted);

    /// <summary>Cancelled when the time is over, the caller has left, or the service's own deadline has passed.</summary>
    public CancellationToken Token => _over.Token;

    /// <summary>Whether this time is over, and nothing else ended the request.</summary>
    public bool IsOver => _over.IsCancellationRequested && !_aborted.IsCancellationRequested;

    /// <summary>Refuses to begin what there is no time for; a timer may be late.</summary>
    /// <exception cref="ExplainException">There is none left.</exception>
    public void Require()
    {
        if (_own?.Left == TimeSpan.Zero)
            throw Exceeded;
    }

    /// <summary>What the caller is told then.</summary>
    public ExplainException Exceeded =>
        new(
            ExplainError.DeadlineExceeded,
            $"not finished within the request's timeout of {limit.GetValueOrDefault().TotalMilliseconds:0.###} ms"
        );

    /// <summary>The same parameters with a deadline that is after neither.</summary>
    public ExplainParameters Within(ExplainParameters parameters) =>
        request.Deadline.Within(_own is { } own ? own.Within(parameters) : parameters);

    /// <inheritdoc/>
    public void Dispose() => _over.Dispose();

    private static CancellationTokenSource Ending(TimeSpan? limit, CancellationToken aborted)
    {
        var over = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        if (limit is { } time)
            over.CancelAfter(time);
        return over;
    }
}
