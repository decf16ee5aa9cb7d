using System.Globalization;

namespace Explain.Service.AuditTrail.Drift;

/// <summary>A time of which maps are sampled.</summary>
/// <param name="From">Its beginning, UTC, not before 1970.</param>
/// <param name="To">Its end, which is no longer part of it.</param>
internal sealed record Period(DateTime From, DateTime To)
{
    /// <summary>How long what is compared is, unless asked for otherwise.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    /// <summary>How long what it is compared with is.</summary>
    public static readonly TimeSpan Reference = TimeSpan.FromDays(7);

    /// <summary>How many slices it has.</summary>
    // The hours of a day: those of a week, every seventh, end at every hour of the day once.
    public const int SliceCount = 24;

    // Ids begin with 48 bits of milliseconds.
    private const int TimeDigits = 12;

    /// <summary>Its slices, oldest first.</summary>
    public IEnumerable<Slice> Slices() => Enumerable.Range(0, SliceCount).Select(n => new Slice(Bound(n), Bound(n + 1)));

    /// <summary>The week from a time on, as far as it is before another; null when it begins later.</summary>
    public static Period? WeekFrom(DateTime start, DateTime end)
    {
        if (start < DateTime.UnixEpoch)
            start = DateTime.UnixEpoch;
        return start >= end ? null : new Period(start, end - start > Reference ? start + Reference : end);
    }

    /// <summary>When an explanation was given.</summary>
    public static DateTime TimeOf(string id) =>
        DateTime.UnixEpoch.AddMilliseconds(
            long.Parse(id.AsSpan(0, TimeDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        );

    private string Bound(int slice) => Guid.CreateVersion7(From + (To - From) * (slice / (double)SliceCount)).ToString("N")[..TimeDigits];
}

/// <summary>A part of a period, by the ids of its explanations.</summary>
/// <param name="Low">They are not less than this.</param>
/// <param name="High">They are less than this.</param>
internal sealed record Slice(string Low, string High);
