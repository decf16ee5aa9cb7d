using Explain.Engine.Vocabulary;

namespace Explain.Service.Bodies;

/// <summary>The memory for the bodies of all requests, counted as they arrive.</summary>
/// <param name="settings">How much there is.</param>
internal sealed class BodyMemory(BodySettings settings)
{
    private long _used;

    /// <summary>What one request has of it, until its response is sent.</summary>
    /// <param name="request">The request.</param>
    public Share For(HttpRequest request)
    {
        var share = new Share(this);
        request.HttpContext.Response.RegisterForDispose(share);
        return share;
    }

    /// <summary>A part of the memory.</summary>
    internal sealed class Share(BodyMemory memory) : IDisposable
    {
        private long _bytes;

        /// <summary>Takes more.</summary>
        /// <exception cref="ExplainException"><see cref="ExplainError.Overloaded"/>: there is no more.</exception>
        public void Grow(long bytes)
        {
            _bytes += bytes;
            if (Interlocked.Add(ref memory._used, bytes) > memory.Bytes)
            {
                throw new ExplainException(
                    ExplainError.Overloaded,
                    $"The bodies of all requests together take the {memory.Bytes} bytes there are for them; try again."
                );
            }
        }

        /// <inheritdoc/>
        public void Dispose() => Interlocked.Add(ref memory._used, -Interlocked.Exchange(ref _bytes, 0));
    }

    private long Bytes => settings.MemoryBytes;
}
