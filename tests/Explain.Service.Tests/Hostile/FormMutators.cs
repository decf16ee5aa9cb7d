using System.Text;

namespace Explain.Service.Tests.Hostile;

/// <summary>What can be done to a multipart form: its boundary, its parts, their headers.</summary>
internal static class FormMutators
{
    private const string Edge = "--edge";

    // csharpier-ignore
    private static readonly string[] Types =
    [
        "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=other", "multipart/mixed; boundary=edge", "multipart/form-data; boundary=edge; boundary=x",
        "multipart/form-data; boundary=\"ed ge\"", "multipart/form-data; boundary=\u00e4", $"multipart/form-data; boundary={new string('b', 200)}", "multipart/form-data; charset=utf-7; boundary=edge", "multipart/form-data; boundary=edge-",
        "MULTIPART/FORM-DATA; BOUNDARY=edge", "multipart/form-data;;;boundary=edge", "multipart/form-data; boundary=\"edge", "multipart/; boundary=edge", "multipart/form-data; boundary=\r",
    ];

    // csharpier-ignore
    private static readonly string[] Lines =
    [
        "Content-Disposition: form-data", "Content-Disposition: form-data; name=", "Content-Disposition: form-data; name=\"\"", "Content-Disposition: attachment; name=\"image\"", "Content-Disposition: form-data; name=\"image\"; name=\"target\"",
        "Content-Disposition: form-data; name*=UTF-8''%ff%fe", "Content-Disposition: form-data; name=\"\u00ff\u00fe\"", "Content-Disposition: \"", "Content-Disposition: form-data; name=\"__proto__\"", "Content-Disposition: form-data; name=\"target\"",
        "Content-Disposition: form-data; name=\"image\"; filename=\"../../x\u0000\"", "content-disposition:form-data;name=image", "X: y", "no colon at all", ": empty", "Content-Transfer-Encoding: base64", "Content-Type: multipart/mixed; boundary=edge",
        "Content-Disposition: form-data; name=\"inputs\"", "Content-Disposition: form-data; name=\"method\"", $"X-Long: {new string('y', 20_000)}", $"Content-Disposition: form-data; name=\"{new string('n', 9000)}\"",
    ];

    /// <summary>Damages a form.</summary>
    public static HostileRequest Mutate(HostileRequest request, Random random)
    {
        var text = Encoding.Latin1.GetString(request.Body);
        string At(string what, Func<string> replacement)
        {
            var all = new List<int>();
            for (var at = text.IndexOf(what, StringComparison.Ordinal); at >= 0; at = text.IndexOf(what, at + 1, StringComparison.Ordinal))
                all.Add(at);
            if (all.Count == 0)
                return text;
            var pick = all[random.Next(all.Count)];
            return text[..pick] + replacement() + text[(pick + what.Length)..];
        }
        string Line() => Lines[random.Next(Lines.Length)];
        return random.Next(10) switch
        {
            0 => request.With("Content-Type", Types[random.Next(Types.Length)]),
            1 => request with { Body = Latin(At("Content-Disposition: form-data", Line)) },
            2 => request with { Body = Latin(At(Edge, () => Pick("", "--", "--edge--", "--edge\r\n--edge", "--edg", "\0", "--edge \t"))) },
            3 => request with { Body = Latin(At("\r\n", () => Pick("", "\n", "\r", "\r\n\r\n", "\r\n\t"))) },
            4 => request with { Body = Latin(At("\r\n\r\n", () => $"\r\n{Line()}\r\n\r\n")) },
            5 => request with
            {
                Body = Latin(string.Concat(Enumerable.Repeat($"{Edge}\r\n{Line()}\r\n\r\n1\r\n", random.Next(1, 200))) + text),
            },
            6 => request with
            {
                Body = Latin(
                    $"{Edge}\r\nContent-Disposition: form-data; name=\"image\"\r\nContent-Type: multipart/mixed; "
                        + $"boundary=inner\r\n\r\n--inner\r\n\r\n{text}\r\n--inner--\r\n{Edge}--\r\n"
                ),
            },
            7 => request with { Body = Latin(string.Concat(Enumerable.Repeat($"X-{random.Next()}: 1\r\n", random.Next(1, 400))) + text) },
            8 => request with
            {
                Body = Latin(
                    At("name=\"", () =>
                        $"name=\"{Pick("samples", "seed", "alpha", "target", "layer", "inputs", "clip", "size", "deadline")}\"; x=\""
                    )
                ),
            },
            _ => request with { Body = ByteMutators.Mutate(request.Body, random) },
        };

        string Pick(params string[] texts) => texts[random.Next(texts.Length)];
    }

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);
}
