using Explain.Engine.Vocabulary;

namespace Explain.Service.Limits;

/// <summary>The time a caller gives a request.</summary>
internal static class Patience
{
    /// <summary>Does some work, and gives it up when the time is over.</summary>
    /// <param name="time">The time; null for as much as it takes.</param>
    /// <param name="work">The work.</param>
    /// <param name="aborted">Cancelled when the caller has left or the service's own deadline is over.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.DeadlineExceeded"/>.</exception>
    public static async Task<T> WithinAsync<T>(TimeSpan? time, Func<CancellationToken, Task<T>> work, CancellationToken aborted)
    {
        if (time is not { } limit)
            return await work(aborted);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        over.CancelAfter(limit);
        try
        {
            return await work(over.Token);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            throw new ExplainException(
                ExplainError.DeadlineExceeded,
                $"not finished within the request's timeout of {limit.TotalMilliseconds:0.###} ms"
            );
        }
    }
}
