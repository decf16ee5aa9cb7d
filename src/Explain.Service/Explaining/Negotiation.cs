using System.Net.Mime;
using Explain.Engine.Parameters;
using Explain.Service.Problems;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Explain.Service.Explaining;

/// <summary>Which format an answer gets.</summary>
internal static class Negotiation
{
    /// <summary>Media types with their formats, in the order of preference among equals.</summary>
    // csharpier-ignore
    private static readonly (string MediaType, AnswerFormat Format)[] Offers =
    [
        ("image/png", AnswerFormat.Png),
        ("image/jpeg", AnswerFormat.Jpeg),
        ("image/webp", AnswerFormat.Webp),
        ("application/json", AnswerFormat.Json),
        ("application/x-npy", AnswerFormat.Npy),
        ("application/octet-stream", AnswerFormat.Npy),
        (MediaTypeNames.Text.EventStream, AnswerFormat.Json),
    ];

    /// <summary>The first media type of a format.</summary>
    public static string MediaTypeOf(AnswerFormat format) => Offers.First(o => o.Format == format).MediaType;

    /// <summary>Chooses among what can hold what is drawn; a format that is asked for wins over the header.</summary>
    /// <exception cref="ProblemException">The header allows none.</exception>
    public static (AnswerFormat Format, string MediaType) Choose(StringValues accept, OutputParameters output)
    {
        if (output.Format is { } format)
            return (format, MediaTypeOf(format));
        var best = Choose(accept, [.. Offers.Where(o => output.Allows(o.Format)).Select(o => o.MediaType)]);
        return (Offers.First(o => o.MediaType == best).Format, best);
    }

    /// <summary>Checks that the header allows JSON.</summary>
    /// <exception cref="ProblemException">It does not.</exception>
    public static void RequireJson(StringValues accept) => Choose(accept, ["application/json"]);

    // Highest quality first; among equals the range that names a type more exactly (axios sends "application/json, text/plain, */*"), then
    // the one named first.
    private static string Choose(StringValues accept, string[] offers)
    {
        if (accept.All(string.IsNullOrWhiteSpace))
            return offers[0];
        if (!MediaTypeHeaderValue.TryParseList([.. accept.OfType<string>()], out var ranges))
            throw Unacceptable(offers);
        var best = offers
            .Select((offer, order) => (Offer: offer, Order: order, Match: Match(ranges, offer)))
            .Where(o => o.Match.Quality > 0)
            .OrderByDescending(o => o.Match.Quality)
            .ThenByDescending(o => o.Match.Exactness)
            .ThenBy(o => o.Match.Position)
            .ThenBy(o => o.Order)
            .FirstOrDefault();
        return best.Offer ?? throw Unacceptable(offers);
    }

    private static (double Quality, int Exactness, int Position) Match(IList<MediaTypeHeaderValue> ranges, string offer)
    {
        var type = new MediaTypeHeaderValue(offer);
        return ranges
            .Select((range, position) => (Range: range, Position: position))
            .Where(r => type.IsSubsetOf(r.Range))
            .Select(r =>
                (
                    r.Range.Quality ?? 1,
                    r.Range.MatchesAllTypes ? 0
                    : r.Range.MatchesAllSubTypes ? 1
                    : 2,
                    r.Position
                )
            )
            .OrderByDescending(m => m.Item2)
            .FirstOrDefault();
    }

    private static ProblemException Unacceptable(string[] offers) =>
        new(
            Problem.Of(
                406,
                $"The Accept header allows none of {string.Join(", ", offers)}; the parameter format, where there is one, wins over it."
            )
        );
}
