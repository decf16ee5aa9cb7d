using System.Globalization;

namespace Explain.Service.Settings;

/// <summary>How many files the system lets the process have open: a connection is one of them, and without any the process ends.</summary>
internal static class OpenFiles
{
    private const string Limits = "/proc/self/limits";
    private const string Line = "Max open files";

    // Libraries, models, databases, and the runtime's own.
    private const int Own = 448;
    private const int LeastConnections = 32;

    /// <summary>Connections that there is room for; null where the system says nothing.</summary>
    public static long? Connections => Limit is { } limit ? Math.Max(limit - Own, LeastConnections) : null;

    /// <summary>What is wrong with a limit; null when nothing is.</summary>
    public static string? WhyNot() =>
        Limit is { } limit && limit < Own + LeastConnections
            ? $"the limit of open files is {limit}; the service needs {Own + LeastConnections} and one for each further connection "
                + "(ulimit -n)"
            : null;

    private static long? Limit =>
        File.Exists(Limits)
        && File.ReadLines(Limits).FirstOrDefault(l => l.StartsWith(Line, StringComparison.Ordinal)) is { } line
        && long.TryParse(
            line[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var limit
        )
            ? limit
            : null;
}
