using Explain.Cli.Jobs.Items;
using Explain.Cli.Terminal;

namespace Explain.Cli.Jobs.Output;

/// <summary>What lies where in the folder of a job's results.</summary>
/// <param name="root">The folder.</param>
internal sealed class OutputFolder(string root)
{
    // What has a dot in front is for processes at work only.
    private const string Work = ".batch";

    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>What the job is.</summary>
    public string Description => Path.Combine(Root, "batch.json");

    /// <summary>Parquet files: the rows of what is done, a few hundred items a file, and of what failed, one file a shard.</summary>
    public string Rows => Path.Combine(Root, "rows");

    /// <summary>The rows of items that failed last time.</summary>
    public string FailuresOf(Shard shard) => Path.Combine(Rows, $"failed-{shard}.parquet");

    /// <summary>Those of every shard.</summary>
    public IEnumerable<string> AllFailures => Files(Rows, "failed-*.parquet");

    /// <summary>The rows of items that are done, of every shard.</summary>
    public IEnumerable<string> AllParts => Files(Rows, "part-*.parquet");

    /// <summary>Held by every process at work here, by one alone while it changes what the job is.</summary>
    public string JobLock => Path.Combine(Root, Work, "job.lock");

    /// <summary>Held by the one process that works on the shard.</summary>
    public string LockOf(Shard shard) => Path.Combine(Root, Work, $"{shard}.lock");

    /// <summary>Held by the one process that sums up what all shards found.</summary>
    public string SummaryLock => Path.Combine(Root, Work, "summary.lock");

    /// <summary>Unfinished files of a summary.</summary>
    public string SummaryScratch => Path.Combine(Root, Work, "summary");

    /// <summary>Unfinished files of the shard.</summary>
    public string ScratchOf(Shard shard) => Path.Combine(Root, Work, $"{shard}.unfinished");

    /// <summary>Unfinished files of every shard.</summary>
    public IEnumerable<string> AllScratch => Directory.EnumerateDirectories(Path.Combine(Root, Work), "*.unfinished");

    /// <summary>The name of an item's image, JSON or NumPy file, counted from the folder.</summary>
    public static string AnswerName(string item, string ending) => $"explained/{item}.{ending}";

    /// <summary>A file by its name counted from the folder.</summary>
    public string At(string name) => Path.Combine(Root, name);

    /// <summary>A new file for rows of what is done.</summary>
    public string Part(Shard shard, int number) => Path.Combine(Rows, $"part-{shard}-{number:00000}.parquet");

    /// <summary>Makes the folders.</summary>
    /// <exception cref="UsageException">That is not possible.</exception>
    public void Create()
    {
        if (File.Exists(Root))
            throw new UsageException($"--out '{Root}' is a file; results need a folder");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(JobLock)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--out '{Root}' cannot be made: {e.Message}");
        }
    }

    /// <summary>Whether files lie here that are nobody's results. What a fresh volume brings is none.</summary>
    public bool HasForeignFiles =>
        Directory.EnumerateFileSystemEntries(Root).Select(Path.GetFileName).Any(name => !name!.StartsWith('.') && name != "lost+found");

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal) : [];
}
