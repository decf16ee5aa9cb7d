using Explain.Service.Security;

namespace Explain.Service.Limits;

/// <summary>
/// The memory of answers on their way to callers. Who does not read keeps it: when there is no more, the caller who has most of it loses
/// the answer that has been under way longest.
/// </summary>
/// <param name="settings">How much there is.</param>
internal sealed class SendingMemory(LimitSettings settings)
{
    private readonly Lock _lock = new();

    // In the order in which they began.
    private readonly List<Held> _held = [];

    /// <summary>Counts an answer until it is sent, or given up.</summary>
    /// <param name="http">The request.</param>
    /// <param name="bytes">What the answer takes.</param>
    public void Hold(HttpContext http, long bytes)
    {
        var held = new Held(this, Caller.IdentityOf(http), bytes, http.Abort);
        http.Response.RegisterForDispose(held);
        foreach (var ended in Add(held))
            ended.Abort();
    }

    /// <summary>An answer that goes out, counted until it is sent.</summary>
    public IResult Bytes(HttpContext http, byte[] content, string mediaType)
    {
        Hold(http, content.Length);
        return TypedResults.Bytes(content, mediaType);
    }

    private List<Held> Add(Held held)
    {
        var ended = new List<Held>();
        lock (_lock)
        {
            _held.Add(held);
            for (var bytes = _held.Sum(h => h.Bytes); bytes > settings.AnswerMemoryBytes && _held.Count > 1; bytes -= ended[^1].Bytes)
            {
                var greediest = _held.GroupBy(h => h.Caller).MaxBy(g => g.Sum(h => h.Bytes))!;
                ended.Add(greediest.First());
                _held.Remove(ended[^1]);
            }
        }
        return ended;
    }

    private void Remove(Held held)
    {
        lock (_lock)
            _held.Remove(held);
    }

    private sealed class Held(SendingMemory memory, string caller, long bytes, Action abort) : IDisposable
    {
        public string Caller => caller;

        public long Bytes => bytes;

        public void Abort() => abort();

        public void Dispose() => memory.Remove(this);
    }
}
