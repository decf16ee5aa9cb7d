using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Explain.Engine.Models.Reading;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Explain.Service.Endpoints;
using Explain.Service.Limits;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>Writes tensors in the Open Inference Protocol.</summary>
internal static class InferResponseWriter
{
    /// <summary>Writes the answer: JSON, followed by the tensors that go in the binary form.</summary>
    public static async Task WriteAsync(
        HttpResponse response,
        ModelDescription model,
        string id,
        IReadOnlyDictionary<string, string> parameters,
        IReadOnlyList<(string Name, bool Binary, FloatTensor Tensor)> outputs,
        RequestTrace trace,
        SendingMemory sending
    )
    {
        var json = new ArrayBufferWriter<byte>();
        using (var stage = trace.Time(Stage.Encode))
        {
            WriteHeader(json, model, id, parameters, outputs);
            stage.Done();
        }
        var binary = outputs.Where(o => o.Binary).Select(o => o.Tensor.Values).ToArray();
        response.ContentType = binary.Length == 0 ? "application/json" : "application/octet-stream";
        response.ContentLength = json.WrittenCount + binary.Sum(values => (long)values.Length * sizeof(float));
        // The tensors stay until all of it is sent, too.
        sending.Hold(response.HttpContext, json.Capacity + outputs.Sum(o => (long)o.Tensor.Values.Length * sizeof(float)));
        if (binary.Length > 0)
            response.Headers[AnswerHeader.JsonLength] = json.WrittenCount.ToString(CultureInfo.InvariantCulture);

        var cancellation = response.HttpContext.RequestAborted;
        await response.Body.WriteAsync(json.WrittenMemory, cancellation);
        foreach (var values in binary)
            await response.Body.WriteAsync(MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), cancellation);
    }

    private static void WriteHeader(
        IBufferWriter<byte> buffer,
        ModelDescription model,
        string id,
        IReadOnlyDictionary<string, string> parameters,
        IReadOnlyList<(string Name, bool Binary, FloatTensor Tensor)> outputs
    )
    {
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("model_name", model.Name);
        json.WriteString("model_version", model.Version);
        json.WriteString("id", id);
        if (parameters.Count > 0)
        {
            json.WriteStartObject("parameters");
            foreach (var (name, value) in parameters)
                json.WriteString(name, value);
            json.WriteEndObject();
        }
        json.WriteStartArray("outputs");
        foreach (var (name, binary, tensor) in outputs)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("datatype", "FP32");
            json.WriteStartArray("shape");
            foreach (var extent in tensor.Shape)
                json.WriteNumberValue(extent);
            json.WriteEndArray();
            if (binary)
                WriteSize(json, tensor);
            else
                WriteData(json, tensor);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSize(Utf8JsonWriter json, FloatTensor tensor)
    {
        json.WriteStartObject("parameters");
        json.WriteNumber("binary_data_size", (long)tensor.Values.Length * sizeof(float));
        json.WriteEndObject();
    }

    // The shortest text that reads back as the same float; JSON has no word for the rest.
    private static void WriteData(Utf8JsonWriter json, FloatTensor tensor)
    {
        json.WriteStartArray("data");
        foreach (var value in tensor.Values)
        {
            if (float.IsFinite(value))
                json.WriteNumberValue(value);
            else
                json.WriteNullValue();
        }
        json.WriteEndArray();
    }
}
