using System.CommandLine;
using Explain.Cli.Jobs.Items;
using Explain.Cli.Terminal;

namespace Explain.Cli.Jobs;

/// <summary>The options that say how a job is divided.</summary>
internal sealed class DivisionOptions
{
    private readonly Option<string?> _shard = new("--shard")
    {
        Description = "The part of the images to do, one of n: i/n with i from 0 (default: all)",
        HelpName = "i/n",
    };

    private readonly Option<ulong?> _shards = NumberOption.Create(
        "--shards",
        $"How many parts there are, where the environment variable {Shard.IndexVariable} says which",
        null,
        1,
        Shard.Most
    );

    private readonly Option<ulong?> _workers = NumberOption.Create(
        "--workers",
        "How many images are at work at once",
        (ulong)Environment.ProcessorCount,
        1,
        1024
    );

    private readonly Option<ulong?> _part = NumberOption.Create(
        "--part",
        "How many images' rows make a Parquet file; at most as many are done again after a crash",
        500,
        1,
        1_000_000
    );

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_shard, _shards, _workers, _part];

    /// <summary>What was said.</summary>
    /// <exception cref="UsageException">It is not clear which shard.</exception>
    public Division Read(ParseResult parsed) =>
        new(
            Shard.Of(parsed.GetValue(_shard), (int?)parsed.GetValue(_shards), Environment.GetEnvironmentVariable(Shard.IndexVariable)),
            (int)parsed.GetValue(_workers)!.Value,
            (int)parsed.GetValue(_part)!.Value
        );
}
