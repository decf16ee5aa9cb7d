using Explain.Cli.Jobs.Items;
using Explain.Cli.Terminal;

namespace Explain.Cli.Jobs.Output;

/// <summary>A process's place in a job: while it is held nobody works on the same shard, and nobody changes what the job is.</summary>
internal sealed class JobHold : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly IDisposable _job;
    private readonly IDisposable _shard;
    private readonly string _scratch;

    private JobHold(IDisposable job, IDisposable shard, string scratch)
    {
        (_job, _shard, _scratch) = (job, shard, scratch);
        Files = new AtomicFiles(scratch);
    }

    /// <summary>Writes into the folder.</summary>
    public AtomicFiles Files { get; }

    /// <summary>Joins the job whose results a folder has, or begins it.</summary>
    /// <exception cref="UsageException">The folder has the results of another job, or cannot have any.</exception>
    /// <exception cref="StoppedException">Somebody else is at work on the shard, or on another number of shards.</exception>
    public static async Task<JobHold> TakeAsync(OutputFolder folder, JobDescription job, Shard shard, CancellationToken cancellation)
    {
        folder.Create();
        var place = await JoinAsync(folder, job, cancellation);
        if (FileLock.Exclusive(folder.LockOf(shard)) is not { } alone)
        {
            place.Dispose();
            throw new StoppedException($"another process is at work on shard {shard.Index} of {shard.Count} in '{folder.Root}'");
        }
        var scratch = folder.ScratchOf(shard);
        // What a process left that was killed.
        if (Directory.Exists(scratch))
            Directory.Delete(scratch, recursive: true);
        Directory.CreateDirectory(scratch);
        return new JobHold(place, alone, scratch);
    }

    public void Dispose()
    {
        if (Directory.Exists(_scratch))
            Directory.Delete(_scratch, recursive: true);
        _shard.Dispose();
        _job.Dispose();
    }

    private static async Task<IDisposable> JoinAsync(OutputFolder folder, JobDescription job, CancellationToken cancellation)
    {
        var end = DateTime.UtcNow + Patience;
        while (true)
        {
            if (FileLock.Shared(folder.JobLock) is { } shared)
            {
                if (Agrees(folder, job))
                    return shared;
                shared.Dispose();
            }
            using (var alone = FileLock.Exclusive(folder.JobLock))
            {
                if (alone is not null && !Agrees(folder, job))
                    Begin(folder, job);
                if (alone is not null)
                    continue;
            }
            if (DateTime.UtcNow > end)
            {
                throw new StoppedException(
                    $"other processes are at work in '{folder.Root}', on another number of shards than {job.Shards}"
                );
            }

            await Task.Delay(Pause, cancellation);
        }
    }

    private static bool Agrees(OutputFolder folder, JobDescription job)
    {
        if (!File.Exists(folder.Description))
            return false;
        var there = JobDescription.Read(folder.Description);
        if (there.Difference(job) is { } difference)
            throw new UsageException($"--out '{folder.Root}' has the results of another job: {difference}; choose another folder");
        return there.Shards == job.Shards;
    }

    // Failures belong to a shard, and are tried again anyway.
    private static void Begin(OutputFolder folder, JobDescription job)
    {
        if (!File.Exists(folder.Description) && folder.HasForeignFiles)
            throw new UsageException($"--out '{folder.Root}' has files and no batch.json; choose an empty folder");
        foreach (var failures in folder.AllFailures)
            File.Delete(failures);
        foreach (var scratch in folder.AllScratch)
            Directory.Delete(scratch, recursive: true);
        job.Write(folder.Description);
    }
}
