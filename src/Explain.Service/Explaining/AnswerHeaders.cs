using System.Globalization;
using System.Text;
using Explain.Engine;
using Microsoft.Net.Http.Headers;

namespace Explain.Service.Explaining;

/// <summary>The facts of an answer, in headers.</summary>
internal static class AnswerHeaders
{
    /// <summary>Sets the headers of an explanation.</summary>
    public static void Set(HttpResponse response, Explanation explanation)
    {
        var headers = response.Headers;
        headers["X-Explain-Id"] = explanation.Id;
        headers["X-Explain-Model"] = Printable(explanation.Model.Name);
        headers["X-Explain-Method"] = Distinct(explanation, t => t.Method);
        headers["X-Explain-Layer"] = Distinct(explanation, t => t.Layer);
        headers["X-Explain-Target"] = string.Join(",", explanation.Targets.Select(Target));
        headers["X-Explain-Score"] = Distinct(explanation, t => t.Score);
        headers["X-Cache"] = "miss";
        PartialAnswers.Set(response, [.. explanation.Targets.Select(t => t.Partial)]);
        SetCommon(response);
    }

    /// <summary>Sets the headers that every computed answer has.</summary>
    public static void SetCommon(HttpResponse response)
    {
        var headers = response.Headers;
        headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        headers.XContentTypeOptions = "nosniff";
    }

    private static string Target(TargetExplanation explanation) => explanation.Target switch
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
            if (b is > 0x20 and < 0x7F and not (byte)'%' and not (byte)',') printable.Append((char)b);
            else printable.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
        return printable.ToString();
    }
}
