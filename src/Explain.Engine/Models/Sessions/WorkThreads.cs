using System.Runtime.CompilerServices;

namespace Explain.Engine.Models.Sessions;

/// <summary>
/// Threads for work that blocks: native runs, and waits for them. They are the engine's own, so that the pool keeps its threads for all
/// else; each is started when there is work for it, and work beyond their number waits in line.
/// </summary>
internal sealed class WorkThreads(int most) : TaskScheduler, IDisposable
{
    // Its monitor is waited on: a blocking collection turns in circles before it waits, on processors that others want.
    private readonly Queue<Task> _work = [];
    private bool _ended;
    private int _unfinished;
    private int _started;

    /// <summary>Does work on one of the threads.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellation">Takes it out of the line; work that has begun looks at it by itself.</param>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation) =>
        Task.Factory.StartNew(work, cancellation, TaskCreationOptions.DenyChildAttach | TaskCreationOptions.HideScheduler, this);

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => most;

    /// <summary>Lets the threads end when what waits is done.</summary>
    public void Dispose()
    {
        lock (_work)
        {
            _ended = true;
            Monitor.PulseAll(_work);
        }
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        lock (_work)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            if (++_unfinished > _started && _started < most)
                new Thread(Work) { IsBackground = true, Name = $"explain-{++_started}" }.Start();
            _work.Enqueue(task);
            Monitor.Pulse(_work);
        }
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_work)
            return [.. _work];
    }

    private void Work()
    {
        while (WorkOnce()) { }
    }

    // A frame of its own: a thread that waits must not hold what it did last.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool WorkOnce()
    {
        Task? task;
        lock (_work)
        {
            while (!_work.TryDequeue(out task))
            {
                if (_ended)
                    return false;
                Monitor.Wait(_work);
            }
        }
        TryExecuteTask(task);
        lock (_work)
            _unfinished--;
        return true;
    }
}
