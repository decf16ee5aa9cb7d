namespace Explain.Engine.Models.Scheduling;

/// <summary>What a request that waits in a batch is told.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Pass">The result; null for the other kinds.</param>
/// <param name="Time">What the run took that gave it.</param>
internal sealed record Turn(TurnKind Kind, Pass? Pass = null, TimeSpan Time = default);

/// <summary>What a request that waits in a batch is told.</summary>
internal enum TurnKind
{
    /// <summary>There is a permit: run the batch.</summary>
    Lead,

    /// <summary>Here is the result.</summary>
    Done,

    /// <summary>The batch came to nothing: run alone.</summary>
    Alone,
}

/// <summary>A request in a batch.</summary>
internal sealed class Member(PassRequest request)
{
    private readonly TaskCompletionSource<Turn> _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What it asks.</summary>
    public PassRequest Request => request;

    /// <summary>Completes when something is to be done.</summary>
    public Task<Turn> Turn => _turn.Task;

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool Left { get; set; }

    public void Tell(Turn turn) => _turn.SetResult(turn);
}

/// <summary>Requests that will run together. Its members change under the lock of the batcher only.</summary>
internal sealed class Batch
{
    /// <summary>The requests, in the order they came.</summary>
    public List<Member> Members { get; } = [];

    /// <summary>Items of all members.</summary>
    public int ItemCount => Members.Sum(m => m.Request.ItemCount);

    /// <summary>Completes when nothing more has room in it: it need not wait for others.</summary>
    public TaskCompletionSource Full { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether it runs or ran: nobody can join.</summary>
    public bool Closed { get; set; }

    /// <summary>The permit to run, once there is one.</summary>
    public IDisposable? Permit { get; set; }

    /// <summary>Cancelled when the last member has left: the wait for a permit or the native run ends.</summary>
    public CancellationTokenSource Abandoned { get; } = new();
}
