using System.Globalization;
using System.Text;
using Explain.Engine.Explaining;
using Explain.Engine.Models.Reading;
using Explain.Service.Endpoints;
using Microsoft.Net.Http.Headers;

namespace Explain.Service.Explaining;

/// <summary>The facts of an answer, in headers.</summary>
internal static class AnswerHeaders
{
    /// <summary>Says which model answers.</summary>
    public static void SetModel(HttpResponse response, ModelDescription model) => response.Headers[AnswerHeader.ModelDigest] = model.Sha256;

    /// <summary>The headers that belong to an explanation, whoever asked for it.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(Explanation explanation)
    {
        List<KeyValuePair<string, string>> headers =
        [
            new(AnswerHeader.Id, explanation.Id),
            new(AnswerHeader.Model, Printable(explanation.Model.Name)),
            new(AnswerHeader.ModelDigest, explanation.Model.Sha256),
            new(AnswerHeader.Method, Distinct(explanation, t => t.Method)),
            new(AnswerHeader.Layer, Distinct(explanation, t => t.Layer)),
            new(AnswerHeader.Target, AnswerHeader.Listed(explanation.Targets.Select(Target))),
            new(AnswerHeader.Score, Distinct(explanation, t => t.Score)),
        ];
        if (PartialAnswers.Describe([.. explanation.Targets.Select(t => t.Partial)]) is { } partial)
            headers.Add(new(AnswerHeader.Partial, partial));
        return headers;
    }

    /// <summary>Sets the headers that every answer has.</summary>
    public static void SetCommon(HttpResponse response)
    {
        var headers = response.Headers;
        headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        headers.XContentTypeOptions = "nosniff";
    }

    private static string Target(TargetExplanation explanation) =>
        explanation.Target switch
        {
            null => Uri.EscapeDataString(explanation.Name),
            { Label: { } label } target => $"{target.Index};{Uri.EscapeDataString(label)}",
            var target => target.Index.ToString(CultureInfo.InvariantCulture),
        };

    private static string Distinct(Explanation explanation, Func<TargetExplanation, string> fact) =>
        AnswerHeader.Listed(explanation.Targets.Select(fact).Distinct().Select(Printable));

    // Tensor names may hold anything, and a header with anything but printable ASCII ends the request in a 500.
    private static string Printable(string text)
    {
        var printable = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b is > 0x20 and < 0x7F and not (byte)'%' and not (byte)',')
                printable.Append((char)b);
            else
                printable.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
        return printable.ToString();
    }
}
