using System.Globalization;
using System.Text;
using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail.Storage;
using Explain.Service.Security;
using Microsoft.AspNetCore.WebUtilities;

namespace Explain.Service.AuditTrail;

/// <summary>A question to the trail: one line of the table for each thing that can be asked.</summary>
internal sealed record AuditTrailQuery
{
    /// <summary>How many explanations a page has, unless asked for otherwise.</summary>
    public const int UsualLimit = 50;

    private const int MostLimit = 200;
    private const int IdLength = 32;

    /// <summary>What can be asked: name, meaning, allowed values, and how it narrows the question.</summary>
    // csharpier-ignore
    public static IReadOnlyList<
        (string Name, string Summary, string Allowed, Func<AuditTrailQuery, string, AuditTrailQuery?> Apply)
    > Table { get; } =
    [
        ("model", "Name of the model.", "a text", (q, v) => Text(v) is { } text ? q with { Model = text } : null),
        ("method", "Method id of one of the targets.", "a text", (q, v) => Text(v) is { } text ? q with { Method = text } : null),
        ("target", "Class index of one of the targets.", "a whole number from 0", (q, v) => Whole(v, 0, int.MaxValue) is { } index ? q with { Target = index } : null),
        ("label", "Label of one of the targets, whole; case does not matter.", "a text", (q, v) => Text(v) is { } text ? q with { Label = text } : null),
        ("caller", "Name of the caller's key, or subject of their token; others than one's own take the scope audit:read.", "a text", (q, v) => Text(v) is { } text ? q with { Caller = text } : null),
        ("callerKind", "How the caller was known.", string.Join(" or ", CallerName.Kinds), (q, v) => CallerName.Kinds.Contains(v) ? q with { CallerKind = v } : null),
        ("from", "The earliest time.", Times, (q, v) => Time(v) is { } time ? q with { From = time } : null),
        ("to", "The time before which explanations were given.", Times, (q, v) => Time(v) is { } time ? q with { To = time } : null),
        ("imageDigest", "SHA-256 of the explained image's file.", "64 hexadecimal digits, with sha256: before them or without", (q, v) => Digest(v) is { } digest ? q with { ImageDigest = digest } : null),
        ("id", "Ids of explanations.", $"at most {MostLimit} ids with commas between them", (q, v) => Many(v) is { } ids ? q with { Ids = ids } : null),
        ("after", "The after of the answer before, for the ones that follow.", "an after of an answer to the same question", (q, v) => Cursor(v) is { } id ? q with { After = id } : null),
        ("limit", "How many at the most.", $"a whole number from 1 to {MostLimit}, {UsualLimit} unless given", (q, v) => Whole(v, 1, MostLimit) is { } limit ? q with { Limit = limit } : null),
    ];

    private const string Times = "a time like 2026-11-23T09:00:00Z";

    public string? Model { get; private init; }

    public string? Method { get; private init; }

    public int? Target { get; private init; }

    public string? Label { get; private init; }

    public string? Caller { get; private init; }

    public string? CallerKind { get; private init; }

    public DateTime? From { get; private init; }

    public DateTime? To { get; private init; }

    public string? ImageDigest { get; private init; }

    public IReadOnlyList<string>? Ids { get; private init; }

    public string? After { get; private init; }

    public int Limit { get; private init; } = UsualLimit;

    /// <summary>What narrows a question for explanations that are to be deleted.</summary>
    public static IReadOnlyList<string> OfDeletion { get; } = ["model", "caller", "callerKind", "from", "to", "imageDigest"];

    /// <summary>What asks for a page.</summary>
    public static IReadOnlyList<string> OfPages { get; } = ["after", "limit"];

    /// <summary>The question in words: what it is narrowed by.</summary>
    public string Subject =>
        string.Join(
            ' ',
            new (string Name, object? Value)[]
            {
                ("model", Model),
                ("caller", Caller),
                ("callerKind", CallerKind),
                ("from", From?.ToString("O", CultureInfo.InvariantCulture)),
                ("to", To?.ToString("O", CultureInfo.InvariantCulture)),
                ("imageDigest", ImageDigest),
            }
                .Where(p => p.Value is not null)
                .Select(p => $"{p.Name}={p.Value}")
        );

    /// <summary>Reads a query string.</summary>
    /// <param name="given">The query.</param>
    /// <param name="known">What may be asked; null for everything of <see cref="Table"/>.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidParameter"/> with every error there is.</exception>
    public static AuditTrailQuery Parse(IQueryCollection given, IReadOnlyList<string>? known = null)
    {
        known ??= [.. Table.Select(r => r.Name)];
        var (query, errors) = (new AuditTrailQuery(), new SortedDictionary<string, string[]>(StringComparer.Ordinal));
        foreach (var (name, values) in given)
        {
            var row = Table.FirstOrDefault(r => r.Name == name && known.Contains(name));
            if (row.Name is null)
            {
                errors[Shown(name)] = [$"is not a parameter;{Spelling.Hint(name, known)} known here: {string.Join(", ", known)}"];
            }
            else if (values.Count != 1)
            {
                errors[name] = [$"is given {values.Count} times; give it once"];
            }
            else if (string.IsNullOrWhiteSpace(values[0]))
            {
                // Pages send all fields that they show.
                continue;
            }
            else if (row.Apply(query, values[0]!) is not { } narrowed)
            {
                errors[name] = [$"'{Shown(values[0] ?? "")}' is not allowed; allowed: {row.Allowed}"];
            }
            else
            {
                query = narrowed;
            }
        }
        if (errors.Count == 0)
            return query;
        throw new ExplainException(ExplainError.InvalidParameter, string.Join("; ", errors.Select(e => $"{e.Key}: {e.Value[0]}")), errors);
    }

    /// <summary>Where the ones that follow a row begin.</summary>
    public static string CursorOf(string id) => WebEncoders.Base64UrlEncode(Encoding.ASCII.GetBytes(id));

    /// <summary>Narrows the rows to those that are asked for.</summary>
    public IQueryable<ExplanationRow> Narrow(IQueryable<ExplanationRow> rows)
    {
        if (Model is not null)
            rows = rows.Where(e => e.Model == Model);
        if (Method is not null || Target is not null || Label is not null)
        {
            // Databases lower the case of other letters than those of English differently, or not at all.
            string?[] spelled = [Label, Label?.ToLowerInvariant()];
            rows = rows.Where(e =>
                e.Targets.Any(t =>
                    (Method == null || t.Method == Method)
                    && (Target == null || t.TargetIndex == Target)
                    && (Label == null || spelled.Contains(t.TargetLabel) || spelled.Contains(t.TargetLabel!.ToLower()))
                )
            );
        }

        if (Caller is not null)
            rows = rows.Where(e => e.Caller == Caller);
        if (CallerKind is not null)
            rows = rows.Where(e => e.CallerKind == CallerKind);
        if (From is not null)
            rows = rows.Where(e => e.Time >= From);
        if (To is not null)
            rows = rows.Where(e => e.Time < To);
        if (ImageDigest is not null)
            rows = rows.Where(e => e.ImageDigest == ImageDigest);
        if (Ids is not null)
            rows = rows.Where(e => Ids.Contains(e.Id));
        if (After is not null)
            rows = rows.Where(e => string.Compare(e.Id, After) < 0);
        return rows;
    }

    /// <summary>Whether a text can be an id.</summary>
    public static bool IsId(string text) => text.Length == IdLength && text.All(char.IsAsciiHexDigitLower);

    private static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "…";

    // PostgreSQL has no text with a zero in it, and fails.
    private static string? Text(string text) => text.Contains('\0', StringComparison.Ordinal) ? null : text;

    private static int? Whole(string text, int low, int high) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high ? value : null;

    private static DateTime? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.UtcDateTime : null;

    private static string? Digest(string text)
    {
        var digits = text.StartsWith("sha256:", StringComparison.Ordinal) ? text["sha256:".Length..] : text;
        return digits.Length == 64 && digits.All(char.IsAsciiHexDigit) ? digits.ToLowerInvariant() : null;
    }

    private static string[]? Many(string text)
    {
        string[] ids = [.. text.Split(',', MostLimit + 1).Select(id => id.Trim())];
        return ids.Length <= MostLimit && ids.All(IsId) ? ids : null;
    }

    private static string? Cursor(string text)
    {
        try
        {
            return Encoding.ASCII.GetString(WebEncoders.Base64UrlDecode(text)) is var id && IsId(id) ? id : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
