using Explain.Engine.Telemetry;

namespace Explain.Service.Limits;

/// <summary>What a request holds while it computes, given back in the opposite order.</summary>
internal sealed class Turn(IDisposable place, IDisposable memory, RunContext run) : IDisposable
{
    /// <summary>On whose behalf it computes, in its lane.</summary>
    public RunContext Run => run;

    /// <inheritdoc/>
    public void Dispose()
    {
        memory.Dispose();
        place.Dispose();
    }
}
