using System.Globalization;
using System.Text;
using System.Text.Json;
using Explain.Engine.Images;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Tests.Hostile;

/// <summary>Whether an answer may be given to a hostile request.</summary>
internal static class Verdict
{
    private static readonly VipsImageCodec Codec = new();

    // The errors of each protocol, by where it lives; the native API's is the last.
    private static readonly (string Path, Func<HostileAnswer, JsonElement, bool> Fits)[] Shapes =
    [
        ("/v1", Short),
        ("/v2", Short),
        ("/predictions", Torch),
        ("/explanations", Torch),
        ("/ping", Torch),
        ("/", Native),
    ];

    /// <summary>What is wrong with an answer, or null.</summary>
    public static string? Of(HostileRequest request, HostileAnswer answer)
    {
        if (answer.Head.Contains("\nX-Injected", StringComparison.OrdinalIgnoreCase))
            return "a header of the caller's came back";
        if (answer.Status == 0)
        {
            return request.Wire is not null && answer.Whole ? null
                : request.Wire is null ? "no answer"
                : Refused(request, answer);
        }

        if (request.Wire is not null)
        {
            return answer.Status is < 500 or 505 || (answer.Status == 503 && answer["Retry-After"] is not null)
                ? null
                : $"status {answer.Status}: {Shown(answer)}";
        }

        if (!answer.Whole)
            return $"status {answer.Status} with a body that is cut short";
        if (request.Verb == "HEAD")
            return answer.Status < 500 ? null : $"status {answer.Status}";
        // What the server cannot read never gets as far as a protocol.
        if (answer["X-Request-Id"] is null)
            return Refused(request, answer);
        return answer.Status switch
        {
            < 400 => Right(answer) is { } wrong ? $"status {answer.Status}: {wrong}" : null,
            < 500 => Failed(request, answer),
            503 when IsReady(answer) == false => null,
            503 => answer["Retry-After"] is null ? "503 without Retry-After" : Failed(request, answer),
            504 when Hurried(request) => Failed(request, answer),
            _ => $"status {answer.Status}: {Shown(answer)}",
        };
    }

    private static string? Refused(HostileRequest request, HostileAnswer answer) =>
        answer is { Status: >= 400 and < 500, Body: [] } ? null
        : answer.Status == 0 && request.Wire is not null ? null
        : $"status {answer.Status} from nowhere: {Shown(answer)}";

    private static string? Right(HostileAnswer answer)
    {
        var (type, body) = (answer["Content-Type"]?.Split(';')[0], answer.Body);
        try
        {
            switch (type)
            {
                case "image/png" or "image/jpeg" or "image/webp":
                    Codec.Decode(body, long.MaxValue);
                    return null;
                case "application/json" or "application/problem+json":
                    return Finite(body);
                case "application/x-npy":
                    return body is [0x93, (byte)'N', ..] ? null : "no npy file";
                case "application/octet-stream" when answer["Inference-Header-Content-Length"] is { } length:
                    return Tensors(body, int.Parse(length, CultureInfo.InvariantCulture));
                default:
                    return null;
            }
        }
        // An image may be longer than those that are read.
        catch (Exception e) when (e is JsonException or ExplainException { Error: not ExplainError.ImageTooLarge })
        {
            return $"the {type} cannot be read: {e.Message}";
        }
        catch (ExplainException)
        {
            return null;
        }
    }

    private static string? Tensors(byte[] body, int length)
    {
        var wrong = Finite(body.AsMemory(0, length));
        using var header = JsonDocument.Parse(body.AsMemory(0, length));
        var announced = header
            .RootElement.GetProperty("outputs")
            .EnumerateArray()
            .Sum(o =>
                o.TryGetProperty("parameters", out var p) && p.TryGetProperty("binary_data_size", out var size) ? size.GetInt32() : 0
            );
        return wrong ?? (announced == body.Length - length ? null : $"{announced} bytes are announced, {body.Length - length} came");
    }

    private static string? Finite(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return Walk(document.RootElement);

        static string? Walk(JsonElement element) =>
            element.ValueKind switch
            {
                // The id is the caller's.
                JsonValueKind.Object => element
                    .EnumerateObject()
                    .Where(p => p.Name != "id")
                    .Select(p => Walk(p.Value))
                    .FirstOrDefault(w => w is not null),
                JsonValueKind.Array => element.EnumerateArray().Select(Walk).FirstOrDefault(w => w is not null),
                JsonValueKind.Number => double.IsFinite(element.GetDouble()) ? null : $"{element.GetRawText()} is no finite number",
                JsonValueKind.String => element.GetString() is "NaN" or "Infinity" or "-Infinity"
                    ? $"the text {element.GetRawText()}"
                    : null,
                _ => null,
            };
    }

    private static string? Failed(HostileRequest request, HostileAnswer answer)
    {
        var text = Encoding.UTF8.GetString(answer.Body);
        if (text.Contains(" at Explain.", StringComparison.Ordinal) || text.Contains(" at System.", StringComparison.Ordinal))
            return $"status {answer.Status} with a stack trace: {Shown(answer)}";
        var shapes = request.Astray ? Shapes : [Shapes.First(s => request.Target.StartsWith(s.Path, StringComparison.Ordinal))];
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return document.RootElement.ValueKind == JsonValueKind.Object && shapes.Any(s => s.Fits(answer, document.RootElement))
                ? null
                : $"status {answer.Status} in another protocol's shape: {Shown(answer)}";
        }
        catch (JsonException)
        {
            return $"status {answer.Status} in no shape: {Shown(answer)}";
        }
    }

    private static bool Native(HostileAnswer answer, JsonElement error) =>
        answer["Content-Type"] == "application/problem+json"
        && Text(error, "type")
        && Text(error, "title")
        && Text(error, "requestId")
        && error.GetProperty("status").GetInt32() == answer.Status
        && (answer.Status == 503 || Text(error, "detail"));

    private static bool Short(HostileAnswer answer, JsonElement error) =>
        answer.Status != 422 && Members(error) is ["error"] && Text(error, "error");

    private static bool Torch(HostileAnswer answer, JsonElement error) =>
        answer.Status != 422
        && Members(error) is ["code", "type", "message"]
        && error.GetProperty("code").GetInt32() == answer.Status
        && Text(error, "type")
        && Text(error, "message");

    private static string[] Members(JsonElement error) => [.. error.EnumerateObject().Select(p => p.Name)];

    private static bool Text(JsonElement error, string name) =>
        error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString()!.Length > 0;

    private static bool? IsReady(HostileAnswer answer)
    {
        using var document = JsonDocument.Parse(answer.Body);
        return document.RootElement.TryGetProperty("ready", out var ready) ? ready.GetBoolean() : null;
    }

    private static bool Hurried(HostileRequest request) =>
        request.Target.Contains("deadline", StringComparison.Ordinal)
        || (
            Encoding.Latin1.GetString(request.Body) is var body
            && (body.Contains("deadline", StringComparison.Ordinal) || body.Contains("timeout", StringComparison.Ordinal))
        );

    private static string Shown(HostileAnswer answer) =>
        Encoding.UTF8.GetString(answer.Body) is var text ? text[..Math.Min(text.Length, 300)].ReplaceLineEndings(" ") : "";
}
