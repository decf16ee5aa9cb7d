namespace Explain.Service.Limits;

/// <summary>What a request holds while it computes, given back in the opposite order.</summary>
internal sealed class Turn(IDisposable first, IDisposable second) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        second.Dispose();
        first.Dispose();
    }
}
