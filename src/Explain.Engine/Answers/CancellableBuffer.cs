namespace Explain.Engine.Answers;

/// <summary>A buffer in memory whose writer stops when nobody waits any more.</summary>
/// <param name="cancellation">Ends the writing.</param>
internal sealed class CancellableBuffer(CancellationToken cancellation) : MemoryStream
{
    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        cancellation.ThrowIfCancellationRequested();
        base.Write(buffer, offset, count);
    }
}
