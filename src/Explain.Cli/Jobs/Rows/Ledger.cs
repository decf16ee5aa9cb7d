using System.Globalization;
using Explain.Cli.Jobs.Items;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Terminal;

namespace Explain.Cli.Jobs.Rows;

/// <summary>What became of an item.</summary>
/// <param name="Item">The item.</param>
/// <param name="Rows">One for each target, or one for the failure.</param>
/// <param name="Error">Why it failed, or null.</param>
internal sealed record ItemOutcome<TRow>(JobItem Item, IReadOnlyList<TRow> Rows, string? Error)
    where TRow : class, IJobRow, new();

/// <summary>The rows of a shard: which items are done, and which failed.</summary>
internal sealed class Ledger<TRow>
    where TRow : class, IJobRow, new()
{
    private readonly OutputFolder _folder;
    private readonly AtomicFiles _files;
    private readonly Shard _shard;
    private readonly HashSet<string> _done;
    private readonly Dictionary<string, TRow> _failed;
    private int _parts;

    private Ledger(OutputFolder folder, AtomicFiles files, Shard shard, HashSet<string> done, Dictionary<string, TRow> failed, int parts)
    {
        (_folder, _files, _shard) = (folder, files, shard);
        (_done, _failed, _parts) = (done, failed, parts);
    }

    /// <summary>Reads what there is.</summary>
    /// <exception cref="UsageException">A file is damaged.</exception>
    public static async Task<Ledger<TRow>> OpenAsync(OutputFolder folder, AtomicFiles files, Shard shard, CancellationToken cancellation)
    {
        var (done, parts) = (new HashSet<string>(), folder.AllParts.ToArray());
        foreach (var part in parts.Where(p => !OfOtherShard(p, shard)))
            done.UnionWith(await RowFile.KeysAsync(part, cancellation));
        var failures = folder.FailuresOf(shard);
        var failed = File.Exists(failures) ? await RowFile.ReadAsync<TRow>(failures, cancellation) : [];
        return new Ledger<TRow>(
            folder,
            files,
            shard,
            done,
            failed.ToDictionary(row => row.Key),
            parts.Where(p => Names(p).Shard == shard).Select(p => Names(p).Number).DefaultIfEmpty(0).Max()
        );
    }

    /// <summary>How many items this process wrote down as done.</summary>
    public int Done { get; private set; }

    /// <summary>How many it wrote down as failed.</summary>
    public int Failed { get; private set; }

    /// <summary>Whether an item was done before.</summary>
    public bool IsDone(JobItem item) => _done.Contains(item.Key);

    /// <summary>Writes the rows of some items.</summary>
    /// <remarks>
    /// An item that failed before and is done now leaves the failures first: killed between the two, it is in neither and tried again. The
    /// other way round it would be in both.
    /// </remarks>
    /// <exception cref="OutputException">That is not possible.</exception>
    public async Task CommitAsync(IReadOnlyCollection<ItemOutcome<TRow>> outcomes)
    {
        var changed = false;
        foreach (var outcome in outcomes)
        {
            changed |= _failed.Remove(outcome.Item.Key) || outcome.Error is not null;
            if (outcome.Error is not null)
                _failed.Add(outcome.Item.Key, outcome.Rows.Single());
        }
        if (changed)
            await WriteFailuresAsync();
        ItemOutcome<TRow>[] done = [.. outcomes.Where(o => o.Error is null)];
        if (done.Length > 0)
            await RowFile.WriteAsync(_files, _folder.Part(_shard, ++_parts), done.SelectMany(o => o.Rows));
        (Done, Failed) = (Done + done.Length, Failed + outcomes.Count - done.Length);
    }

    private async Task WriteFailuresAsync()
    {
        var file = _folder.FailuresOf(_shard);
        if (_failed.Count > 0)
            await RowFile.WriteAsync(_files, file, _failed.Values.OrderBy(row => row.Item, StringComparer.Ordinal));
        else
            File.Delete(file);
    }

    // Of the same number of shards, another one has other items.
    private static bool OfOtherShard(string part, Shard shard) =>
        Names(part).Shard is { } of && of.Count == shard.Count && of.Index != shard.Index;

    // part-I-of-N-NUMBER; whoever renames a file has it read as if it were anybody's.
    private static (Shard? Shard, int Number) Names(string part) =>
        Path.GetFileNameWithoutExtension(part).Split('-') is [_, var index, _, var count, var number]
        && Whole(index, out var i)
        && Whole(count, out var n)
        && Whole(number, out var k)
            ? (new Shard(i, n), k)
            : (null, 0);

    private static bool Whole(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
