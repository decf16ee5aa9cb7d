using System.Globalization;
using System.Text.Json;
using Explain.Engine.Inputs;
using Explain.Engine.Models.Reading;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Explain.Service.Bodies;
using Explain.Service.Endpoints;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>Reads requests of the Open Inference Protocol, JSON alone or followed by binary tensors.</summary>
internal static class InferRequestReader
{
    /// <summary>Largest body.</summary>
    public const int MaxBody = 64 * 1024 * 1024;

    private const string BinaryOutput = "binary_data_output";
    private const string Timeout = "timeout";
    private const string Priority = "priority";

    // Those that are said to the protocol, not to the method.
    private static readonly string[] Reserved = [BinaryOutput, Timeout, Priority];

    /// <summary>Reads the body.</summary>
    /// <exception cref="ExplainException">
    /// <see cref="ExplainError.InvalidRequest"/> or <see cref="ExplainError.PayloadTooLarge"/>.
    /// </exception>
    /// <param name="request">The request.</param>
    /// <param name="model">The model that is asked: a body that is nothing but binary data is its input.</param>
    /// <param name="trace">What is known of the request.</param>
    public static async Task<InferRequest> ReadAsync(HttpRequest request, ModelDescription model, RequestTrace trace)
    {
        var header = request.Headers[AnswerHeader.JsonLength].ToString();
        var body = await CappedBody.ReadAsync(request, MaxBody);
        var length = body.Length;
        if (
            header.Length > 0
            && (!int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > body.Length)
        )
        {
            throw Invalid($"{AnswerHeader.JsonLength} must be a number from 0 to the length of the body");
        }

        using var stage = trace.Time(Stage.Decode);
        return stage.Done(header.Length > 0 && length == 0 ? BareInput.Read(body, model) : Read(body[..length], body[length..]));
    }

    private static InferRequest Read(ReadOnlyMemory<byte> json, ReadOnlyMemory<byte> binary)
    {
        InferBody body;
        try
        {
            body = InferBody.Read(StrictJson.WithoutMark(json));
        }
        catch (JsonException e)
        {
            throw Invalid($"the body is not JSON: {StrictJson.Place(e)}");
        }

        using var rest = body.Rest;
        var data = new Queue<JsonArray>(body.Data);
        var members = Members(rest.RootElement, "the request", "id", "parameters", "inputs", "outputs");
        var all = members.GetValueOrDefault("parameters");
        var parameters = Parameters(all);
        var inputs = Items(members, "inputs", required: true).Select(item => Input(item, data, ref binary)).ToArray();
        if (binary.Length > 0)
            throw Invalid($"{binary.Length} bytes follow the last binary tensor");
        if (inputs.DistinctBy(i => i.Name).Count() != inputs.Length)
            throw Invalid("an input is given twice");
        var outputs = members.ContainsKey("outputs") ? Items(members, "outputs", required: false).Select(Output).ToArray() : null;
        return new InferRequest(
            Id(members),
            parameters,
            inputs,
            outputs is { Length: > 0 } ? outputs : null,
            Own(all, BinaryOutput) is { } flag && Flag(flag, BinaryOutput),
            TimeoutOf(all)
        );
    }

    private static InferTensor Input(JsonElement item, Queue<JsonArray> data, ref ReadOnlyMemory<byte> binary)
    {
        var members = Members(item, "an input", "name", "shape", "datatype", "parameters", "data");
        var name = Text(members, "name", "an input");
        var shape = Shape(members.GetValueOrDefault("shape"), name);
        var datatype = Text(members, "datatype", $"input '{name}'");
        var json = members.TryGetValue("data", out var array) && array.ValueKind == JsonValueKind.Array ? data.Dequeue() : default;
        if (members.TryGetValue("parameters", out var own) && InputParameters(own, name).TryGetValue("binary_data_size", out var size))
        {
            if (size.ValueKind != JsonValueKind.Number || !size.TryGetInt32(out var length) || length < 0 || length > binary.Length)
                throw Invalid($"input '{name}': binary_data_size is not within the body");
            var raw = binary[..length];
            binary = binary[length..];
            return new InferTensor(name, datatype, shape, default, raw);
        }
        if (array.ValueKind != JsonValueKind.Array)
            throw Invalid($"input '{name}': data must be an array");
        return new InferTensor(name, datatype, shape, json, null);
    }

    private static long[] Shape(JsonElement shape, string name)
    {
        if (shape.ValueKind == JsonValueKind.Array && shape.GetArrayLength() > InputTensor.MaxRank)
            throw Invalid($"input '{name}': shape has {shape.GetArrayLength()} extents; allowed are {InputTensor.MaxRank}");
        if (
            shape.ValueKind == JsonValueKind.Array
            && shape.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt64(out var extent) && extent >= 0)
        )
        {
            return [.. shape.EnumerateArray().Select(e => e.GetInt64())];
        }

        throw Invalid($"input '{name}': shape must be an array of whole numbers, none negative");
    }

    private static InferOutput Output(JsonElement item)
    {
        var members = Members(item, "an output", "name", "parameters");
        var name = Text(members, "name", "an output");
        bool? binary =
            members.TryGetValue("parameters", out var own)
            && Members(own, $"the parameters of output '{name}'", "binary_data").TryGetValue("binary_data", out var flag)
                ? Flag(flag, "binary_data")
                : null;
        return new InferOutput(name, binary);
    }

    private static KeyValuePair<string, string>[] Parameters(JsonElement parameters)
    {
        if (parameters.ValueKind == JsonValueKind.Undefined)
            return [];
        if (parameters.ValueKind != JsonValueKind.Object)
            throw Invalid("parameters must be an object");
        return
        [
            .. parameters
                .EnumerateObject()
                .Where(p => !Reserved.Contains(p.Name))
                .Select(p =>
                    KeyValuePair.Create(
                        p.Name,
                        ParameterText.Of(p.Name, p.Value) ?? throw Invalid($"parameter '{p.Name}' {ParameterText.Allowed}")
                    )
                ),
        ];
    }

    private static JsonElement? Own(JsonElement parameters, string name) =>
        parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty(name, out var value) ? value : null;

    private static TimeSpan? TimeoutOf(JsonElement parameters)
    {
        // Requests are served in the order they come.
        if (
            Own(parameters, Priority) is { } priority
            && !(priority.ValueKind == JsonValueKind.Number && priority.TryGetInt64(out var rank) && rank == 0)
        )
        {
            throw Invalid("priority must be 0: requests are served in the order they come");
        }

        if (Own(parameters, Timeout) is not { } timeout)
            return null;
        return
            timeout.ValueKind == JsonValueKind.Number
            && timeout.TryGetInt64(out var microseconds)
            && microseconds is > 0 and <= 3_600_000_000
            ? TimeSpan.FromMicroseconds(microseconds)
            : throw Invalid("timeout must be microseconds, a whole number from 1 to 3600000000");
    }

    // Some clients say how the text of a BYTES input is to be read; there is one way.
    private static Dictionary<string, JsonElement> InputParameters(JsonElement own, string name)
    {
        var members = Members(own, $"the parameters of input '{name}'", "binary_data_size", "content_type");
        return !members.TryGetValue("content_type", out var type) || (type.ValueKind == JsonValueKind.String && type.ValueEquals("base64"))
            ? members
            : throw Invalid($"input '{name}': content_type must be base64");
    }

    private static string Id(Dictionary<string, JsonElement> members) =>
        members.TryGetValue("id", out var id)
            ? id.ValueKind == JsonValueKind.String
                ? id.GetString()!
                : throw Invalid("id must be a string")
            : Guid.CreateVersion7().ToString();

    private static Dictionary<string, JsonElement> Members(JsonElement element, string where, params string[] known)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Invalid($"{where} must be an object");
        var members = element.EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        var unknown = members.Keys.Except(known).FirstOrDefault();
        return unknown is null ? members : throw Invalid($"{where} has no member '{unknown}'; known: {string.Join(", ", known)}");
    }

    private static JsonElement.ArrayEnumerator Items(Dictionary<string, JsonElement> members, string name, bool required)
    {
        var list = members.GetValueOrDefault(name);
        if (list.ValueKind != JsonValueKind.Array || (required && list.GetArrayLength() == 0))
            throw Invalid($"{name} must be an array{(required ? " of one tensor at least" : "")}");
        return list.EnumerateArray();
    }

    private static string Text(Dictionary<string, JsonElement> members, string name, string where) =>
        members.TryGetValue(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : throw Invalid($"{where} needs the text {name}");

    private static bool Flag(JsonElement flag, string name) =>
        flag.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Invalid($"{name} must be true or false"),
        };

    private static ExplainException Invalid(string message) => new(ExplainError.InvalidRequest, message);
}
