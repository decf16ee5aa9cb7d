using Explain.Service.Settings;
using StackExchange.Redis;

namespace Explain.Service.Caching;

/// <summary>Where answers are kept, and for how long.</summary>
internal sealed record CacheSettings
{
    /// <summary>Room for answers in memory; 0 for no cache at all.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>A Redis server that several instances share, or null. Holds its password.</summary>
    public required string? Redis { get; init; }

    /// <summary>How long an answer is kept.</summary>
    public required TimeSpan Expiry { get; init; }

    /// <summary>Whether callers get only what they asked for themselves: else an answer tells that somebody else asked before.</summary>
    public required bool PerCaller { get; init; }

    /// <summary>Whether anything is kept.</summary>
    public bool On => SizeBytes > 0;

    /// <summary>Reads the section <c>Cache</c>.</summary>
    /// <param name="reader">The section.</param>
    /// <param name="open">Whether nobody is asked who they are.</param>
    public static CacheSettings Read(SettingsReader reader, bool open)
    {
        const string servers = "a connection string of StackExchange.Redis, like redis:6379,password=…";
        var settings = new CacheSettings
        {
            SizeBytes = reader.Whole("SizeBytes", 64 * 1024 * 1024, 0, 1L << 40, "Memory for answers; 0 for no cache."),
            Redis = reader.Text("Redis", servers, "A Redis that several instances share."),
            Expiry = TimeSpan.FromSeconds(reader.Whole("Seconds", 3600, 1, 31 * 24 * 3600, "How long answers are kept.")),
            PerCaller = reader.Flag(
                "PerCaller",
                !open,
                "Whether callers get from the cache only what they asked for themselves; shared, it tells that somebody else asked before.",
                "true where callers are known"
            ),
        };
        if (settings.Redis is not { } redis)
            return settings;
        if (!settings.On)
            reader.Refuse("SizeBytes", "0", "1 and more where Redis is set: what comes from there is kept in memory, too");
        if (!Understood(redis))
            reader.Refuse("Redis", "(not shown)", servers);
        return settings;
    }

    private static bool Understood(string connection)
    {
        try
        {
            return ConfigurationOptions.Parse(connection).EndPoints.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
