using System.Globalization;
using Explain.Engine.Vocabulary;
using Explain.Service.Endpoints;

namespace Explain.Service.Explaining;

/// <summary>How clients see that a method did not come to its end.</summary>
internal static class PartialAnswers
{
    /// <summary>Done and all samples of each map, like <c>320/4000</c>; null when all came to their end.</summary>
    public static string? Describe(IReadOnlyList<Progress?> maps) =>
        maps.All(m => m is null)
            ? null
            : AnswerHeader.Listed(maps.Select(m => m is null ? "all" : string.Create(CultureInfo.InvariantCulture, $"{m.Done}/{m.Of}")));

    /// <summary>Sets the header where there is something to say.</summary>
    public static void Set(HttpResponse response, IReadOnlyList<Progress?> maps)
    {
        if (Describe(maps) is { } text)
            response.Headers[AnswerHeader.Partial] = text;
    }
}
