using Explain.Service.AuditTrail.Storage;

namespace Explain.Service.AuditTrail;

/// <summary>
/// Writes the trail down behind the answers' backs: tries again while the database is away, and when the service stops, writes what waits
/// before it lets go.
/// </summary>
internal sealed class AuditTrailWriter(
    AuditTrailDatabase database,
    AuditTrailQueue queue,
    AuditTrailStatus status,
    TimeProvider clock,
    ILogger<AuditTrailWriter> logger
) : IHostedService, IDisposable
{
    private const int MostAtOnce = 200;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastTimeout = TimeSpan.FromSeconds(10);

    private readonly Outage _outage = new(database.Place, status, clock, logger);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _givingUp = new();
    private readonly Lock _lock = new();
    private Task _work = Task.CompletedTask;
    private Task? _stopped;
    private int _atHand;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (status.Off is null && database.WhyNot() is { } reason)
        {
            status.TurnOff($"{database.Place} cannot be written");
            logger.LogWarning(
                "Explanations are not written down: {Place} cannot be written ({Reason}); set Explain:Store:Directory, or Explain:Store "
                    + "to none",
                database.Place,
                reason
            );
        }
        if (status.Off is null)
            _work = Task.Run(WorkAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    // Who disposes of the host may tell it to stop while it is stopping already; both wait for the same end.
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return _stopped ??= WriteTheRestAsync(cancellationToken);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _givingUp.Dispose();
    }

    private async Task WriteTheRestAsync(CancellationToken cancellation)
    {
        queue.Complete();
        await _stopping.CancelAsync();
        await Task.WhenAny(_work, Task.Delay(LastTimeout, cancellation));
        await _givingUp.CancelAsync();
        await _work;
    }

    private async Task WorkAsync()
    {
        try
        {
            await MigrateAsync();
            status.Is("ok");
            while (await queue.WaitAsync(_givingUp.Token))
            {
                await WriteAsync(queue.Take(MostAtOnce));
                await GatherAsync();
            }
        }
        catch (OperationCanceledException)
        {
            var lost = _atHand + queue.Count;
            status.Drop(lost);
            if (lost > 0)
            {
                logger.LogError(
                    "The service ends with {Lost} explanations not written down: {Place} did not take them",
                    lost,
                    database.Place
                );
            }
        }
    }

    // A transaction costs as much as many rows: what comes shortly after one shares the next.
    private async Task GatherAsync()
    {
        if (queue.Count < MostAtOnce)
            await Task.WhenAny(Task.Delay(Gathering, clock, _stopping.Token));
    }

    private async Task MigrateAsync()
    {
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            try
            {
                await database.MigrateAsync(_givingUp.Token);
                _outage.Over();
                return;
            }
            catch (Exception e) when (MayPass(e))
            {
                Report(e);
            }
            await PauseAsync(pause);
        }
    }

    private async Task WriteAsync(List<AuditTrailEntry> batch)
    {
        _atHand = batch.Count;
        for (var (again, pause) = (false, FirstPause); ; (again, pause) = (true, Longer(pause)))
        {
            try
            {
                await WriteAllAsync(batch, again);
                _outage.Over();
                _atHand = 0;
                return;
            }
            catch (Exception e) when (MayPass(e))
            {
                Report(e);
            }
            await PauseAsync(pause);
        }
    }

    private async Task WriteAllAsync(List<AuditTrailEntry> batch, bool again)
    {
        try
        {
            await AuditTrailBatch.WriteAsync(database, batch, again, _givingUp.Token);
        }
        // One bad row must not keep the others out.
        catch (Exception e) when (AuditTrailFailure.Of(e).OfTheData)
        {
            if (batch.Count > 1)
                await OneByOneAsync(batch);
            else
                Refuse(e);
        }
    }

    private async Task OneByOneAsync(List<AuditTrailEntry> batch)
    {
        foreach (var entry in batch)
        {
            try
            {
                await AuditTrailBatch.WriteAsync(database, [entry], true, _givingUp.Token);
            }
            catch (Exception e) when (AuditTrailFailure.Of(e).OfTheData)
            {
                Refuse(e);
            }
        }
    }

    private void Refuse(Exception reason)
    {
        status.Drop(1);
        logger.LogError("{Place} does not take an explanation: {Reason}", database.Place, AuditTrailFailure.Of(reason).Detail);
    }

    private bool MayPass(Exception e) => e is not OperationCanceledException || !_givingUp.IsCancellationRequested;

    private void Report(Exception e) => _outage.Report(AuditTrailFailure.Of(e), _atHand + queue.Count);

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    private async Task PauseAsync(TimeSpan pause)
    {
        if (_stopping.IsCancellationRequested)
            await Task.Delay(FirstPause, _givingUp.Token);
        else
            await Task.WhenAny(Task.Delay(pause, clock, _stopping.Token));
        _givingUp.Token.ThrowIfCancellationRequested();
    }
}
