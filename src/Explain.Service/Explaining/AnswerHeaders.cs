using System.Globalization;
using System.Text;
using Explain.Engine.Explaining;
using Explain.Engine.Models.Reading;
using Microsoft.Net.Http.Headers;

namespace Explain.Service.Explaining;

/// <summary>The facts of an answer, in headers.</summary>
internal static class AnswerHeaders
{
    /// <summary>Name of the header that says which model answered, exactly.</summary>
    public const string ModelDigest = "X-Explain-Model-Sha256";

    /// <summary>Says which model answers.</summary>
    public static void SetModel(HttpResponse response, ModelDescription model) => response.Headers[ModelDigest] = model.Sha256;

    /// <summary>The headers that belong to an explanation, whoever asked for it.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(Explanation explanation)
    {
        List<KeyValuePair<string, string>> headers =
        [
            new("X-Explain-Id", explanation.Id),
            new("X-Explain-Model", Printable(explanation.Model.Name)),
            new(ModelDigest, explanation.Model.Sha256),
            new("X-Explain-Method", Distinct(explanation, t => t.Method)),
            new("X-Explain-Layer", Distinct(explanation, t => t.Layer)),
            new("X-Explain-Target", string.Join(",", explanation.Targets.Select(Target))),
            new("X-Explain-Score", Distinct(explanation, t => t.Score)),
        ];
        if (PartialAnswers.Describe([.. explanation.Targets.Select(t => t.Partial)]) is { } partial)
            headers.Add(new(PartialAnswers.Header, partial));
        return headers;
    }

    /// <summary>Sets the headers that every answer has.</summary>
    public static void SetCommon(HttpResponse response)
    {
        var headers = response.Headers;
        headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        headers.XContentTypeOptions = "nosniff";
    }

    /// <summary>The stages of a computation, as <c>Server-Timing</c> has them.</summary>
    public static string Describe(Timings timings) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"decode;dur={timings.Decode:0.###}, preprocess;dur={timings.Preprocess:0.###}, run;dur={timings.Run:0.###}, map;dur={timings.Map:0.###}, render;dur={timings.Render:0.###}"
        );

    private static string Target(TargetExplanation explanation) =>
        explanation.Target switch
        {
            null => Uri.EscapeDataString(explanation.Name),
            { Label: { } label } target => $"{target.Index};{Uri.EscapeDataString(label)}",
            var target => target.Index.ToString(CultureInfo.InvariantCulture),
        };

    private static string Distinct(Explanation explanation, Func<TargetExplanation, string> fact) =>
        string.Join(",", explanation.Targets.Select(fact).Distinct().Select(Printable));

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
