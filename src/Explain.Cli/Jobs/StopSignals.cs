using System.Runtime.InteropServices;

namespace Explain.Cli.Jobs;

/// <summary>Turns the first Ctrl-C or SIGTERM into a request to stop; the second ends the process as it always does.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Action _said;
    private readonly PosixSignalRegistration[] _signals;

    /// <summary>Begins to listen.</summary>
    /// <param name="said">Called at the first signal.</param>
    /// <param name="cancellation">Another reason to stop.</param>
    public StopSignals(Action said, CancellationToken cancellation)
    {
        _said = said;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        ];
    }

    /// <summary>The request.</summary>
    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _stop.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (_stop.IsCancellationRequested)
            return;
        context.Cancel = true;
        _said();
        _stop.Cancel();
    }
}
