using System.Globalization;
using System.Text.Json;
using Explain.Engine;
using Explain.Engine.Telemetry;
using Explain.Service.Images;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>Reads requests of the Open Inference Protocol, JSON alone or followed by binary tensors.</summary>
internal static class InferRequestReader
{
    /// <summary>Header with the length of the JSON when tensors follow it.</summary>
    public const string LengthHeader = "Inference-Header-Content-Length";

    /// <summary>Largest body.</summary>
    public const int MaxBody = 64 * 1024 * 1024;

    private const string BinaryOutput = "binary_data_output";
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads the body.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/> or <see cref="ExplainError.PayloadTooLarge"/>.</exception>
    public static async Task<InferRequest> ReadAsync(HttpRequest request)
    {
        var header = request.Headers[LengthHeader].ToString();
        var body = await CappedBody.ReadAsync(request, MaxBody);
        if (header.Length == 0) return Stage.Decode.Time(() => Read(body, ReadOnlyMemory<byte>.Empty));
        if (!int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > body.Length || length == 0)
            throw Invalid($"{LengthHeader} must be a number from 1 to the length of the body");
        return Stage.Decode.Time(() => Read(body[..length], body[length..]));
    }

    private static InferRequest Read(ReadOnlyMemory<byte> json, ReadOnlyMemory<byte> binary)
    {
        JsonElement root;
        try
        {
            root = JsonDocument.Parse(json, Strict).RootElement;
        }
        catch (JsonException e)
        {
            throw Invalid($"the body is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
        var members = Members(root, "the request", "id", "parameters", "inputs", "outputs");
        var (parameters, binaryOutput) = Parameters(members.GetValueOrDefault("parameters"));
        var inputs = Items(members, "inputs", required: true).Select(item => Input(item, ref binary)).ToArray();
        if (binary.Length > 0) throw Invalid($"{binary.Length} bytes follow the last binary tensor");
        if (inputs.DistinctBy(i => i.Name).Count() != inputs.Length) throw Invalid("an input is given twice");
        var outputs = members.ContainsKey("outputs") ? Items(members, "outputs", required: false).Select(Output).ToArray() : null;
        return new InferRequest(Id(members), parameters, inputs, outputs is { Length: > 0 } ? outputs : null, binaryOutput);
    }

    private static InferTensor Input(JsonElement item, ref ReadOnlyMemory<byte> binary)
    {
        var members = Members(item, "an input", "name", "shape", "datatype", "parameters", "data");
        var name = Text(members, "name", "an input");
        var shape = Shape(members.GetValueOrDefault("shape"), name);
        var datatype = Text(members, "datatype", $"input '{name}'");
        var data = members.GetValueOrDefault("data");
        if (members.TryGetValue("parameters", out var own) && Members(own, $"the parameters of input '{name}'", "binary_data_size").TryGetValue("binary_data_size", out var size))
        {
            if (!size.TryGetInt32(out var length) || length < 0 || length > binary.Length) throw Invalid($"input '{name}': binary_data_size is not within the body");
            var raw = binary[..length];
            binary = binary[length..];
            return new InferTensor(name, datatype, shape, default, raw);
        }
        if (data.ValueKind != JsonValueKind.Array) throw Invalid($"input '{name}': data must be an array of numbers");
        return new InferTensor(name, datatype, shape, data, null);
    }

    private static long[] Shape(JsonElement shape, string name)
    {
        if (shape.ValueKind == JsonValueKind.Array && shape.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt64(out var extent) && extent >= 0))
            return [.. shape.EnumerateArray().Select(e => e.GetInt64())];
        throw Invalid($"input '{name}': shape must be an array of whole numbers, none negative");
    }

    private static InferOutput Output(JsonElement item)
    {
        var members = Members(item, "an output", "name", "parameters");
        var name = Text(members, "name", "an output");
        bool? binary = members.TryGetValue("parameters", out var own) && Members(own, $"the parameters of output '{name}'", "binary_data").TryGetValue("binary_data", out var flag)
            ? Flag(flag, "binary_data") : null;
        return new InferOutput(name, binary);
    }

    private static (KeyValuePair<string, string>[] Parameters, bool BinaryOutput) Parameters(JsonElement parameters)
    {
        if (parameters.ValueKind == JsonValueKind.Undefined) return ([], false);
        if (parameters.ValueKind != JsonValueKind.Object) throw Invalid("parameters must be an object");
        var binary = parameters.TryGetProperty(BinaryOutput, out var flag) && Flag(flag, BinaryOutput);
        return ([.. parameters.EnumerateObject().Where(p => p.Name != BinaryOutput)
            .Select(p => KeyValuePair.Create(p.Name, ParameterText.Of(p.Name, p.Value) ?? throw Invalid($"parameter '{p.Name}' {ParameterText.Allowed}")))], binary);
    }

    private static string Id(Dictionary<string, JsonElement> members) => members.TryGetValue("id", out var id)
        ? id.ValueKind == JsonValueKind.String ? id.GetString()! : throw Invalid("id must be a string")
        : Guid.CreateVersion7().ToString();

    private static Dictionary<string, JsonElement> Members(JsonElement element, string where, params string[] known)
    {
        if (element.ValueKind != JsonValueKind.Object) throw Invalid($"{where} must be an object");
        var members = element.EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        var unknown = members.Keys.Except(known).FirstOrDefault();
        return unknown is null ? members : throw Invalid($"{where} has no member '{unknown}'; known: {string.Join(", ", known)}");
    }

    private static JsonElement.ArrayEnumerator Items(Dictionary<string, JsonElement> members, string name, bool required)
    {
        var list = members.GetValueOrDefault(name);
        if (list.ValueKind != JsonValueKind.Array || (required && list.GetArrayLength() == 0)) throw Invalid($"{name} must be an array{(required ? " of one tensor at least" : "")}");
        return list.EnumerateArray();
    }

    private static string Text(Dictionary<string, JsonElement> members, string name, string where) =>
        members.TryGetValue(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : throw Invalid($"{where} needs the text {name}");

    private static bool Flag(JsonElement flag, string name) => flag.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Invalid($"{name} must be true or false"),
    };

    private static ExplainException Invalid(string message) => new(ExplainError.InvalidRequest, message);
}
