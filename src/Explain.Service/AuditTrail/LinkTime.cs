using System.Globalization;
using Explain.Engine.Vocabulary;

namespace Explain.Service.AuditTrail;

/// <summary>How long a link without a key holds.</summary>
internal static class LinkTime
{
    private const string Name = "seconds";
    private const int Usual = 3600;
    private const int Most = 31 * 24 * 3600;

    /// <summary>What is allowed, in words.</summary>
    public static string Allowed { get; } =
        string.Create(CultureInfo.InvariantCulture, $"a whole number from 1 to {Most}, {Usual} unless given");

    /// <summary>Reads it from a query string.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidParameter"/>.</exception>
    public static TimeSpan Parse(IQueryCollection given)
    {
        if (given.Keys.FirstOrDefault(k => k != Name) is { } unknown)
        {
            var shown = Spelling.Shown(unknown);
            throw ExplainException.Parameter(shown, $"'{shown}' is not a parameter; known here: {Name}");
        }

        if (!given.TryGetValue(Name, out var values))
            return TimeSpan.FromSeconds(Usual);
        return
            values is [{ } text]
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= Most
            ? TimeSpan.FromSeconds(seconds)
            : throw ExplainException.Parameter(Name, $"{Name} = '{Spelling.Shown(values.ToString())}' is not allowed; allowed: {Allowed}");
    }
}
