using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Explain.Cli.Terminal;

namespace Explain.Cli.Jobs.Items;

/// <summary>One of several parts of a job. Which one an item belongs to is decided by its name alone.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct Shard(int Index, int Count)
{
    /// <summary>The most there may be.</summary>
    public const int Most = 100_000;

    /// <summary>Where Kubernetes tells a pod of an indexed job its number.</summary>
    public const string IndexVariable = "JOB_COMPLETION_INDEX";

    /// <summary>The shard a command line asks for.</summary>
    /// <param name="asked"><c>i/n</c>, or null.</param>
    /// <param name="count">How many shards there are where the environment says which, or null.</param>
    /// <param name="index">What the environment says, or null.</param>
    /// <exception cref="UsageException">It is not clear which.</exception>
    public static Shard Of(string? asked, int? count, string? index)
    {
        if (asked is not null)
        {
            return count is null
                ? Parse(asked)
                : throw new UsageException("--shard i/n says already how many shards there are; leave --shards out");
        }

        if (index is null or "")
        {
            return count is null
                ? new Shard(0, 1)
                : throw new UsageException(
                    $"--shards says how many there are, and nothing which: {IndexVariable} is not set; say --shard i/n"
                );
        }

        if (count is null)
            throw new UsageException($"{IndexVariable} is {index}, but nothing says of how many shards; say --shards N, or --shard i/n");
        return Number(index) is { } i && i < count
            ? new Shard(i, count.Value)
            : throw new UsageException($"{IndexVariable} is '{index}'; with --shards {count} allowed: 0 to {count - 1}");
    }

    /// <summary>Whether an item belongs to it.</summary>
    public bool Holds(string name) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name))) % (ulong)Count == (ulong)Index;

    /// <summary>For names of files.</summary>
    public override string ToString() => $"{Index}-of-{Count}";

    private static Shard Parse(string text) =>
        text.Split('/') is [var first, var second]
        && Number(first) is { } index
        && Number(second) is { } count
        && index < count
        && count <= Most
            ? new Shard(index, count)
            : throw new UsageException($"--shard '{text}' is not allowed; allowed: i/n with i from 0 to n - 1 and n up to {Most}");

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
