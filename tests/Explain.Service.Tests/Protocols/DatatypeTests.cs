using System.Runtime.InteropServices;
using System.Text;
using Explain.Autodiff.Graphs;
using Explain.Testing;
using static Explain.Service.Tests.Requests;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Service.Tests.Protocols;

/// <summary>The Open Inference Protocol takes a model's image in the type that its file declares, and in FP32.</summary>
public sealed class DatatypeTests : IAsyncLifetime
{
    private const string Shape = "[1,3,6,8]";

    // csharpier-ignore
    private static readonly Dictionary<string, (DataType Element, Func<int[], byte[]> Bytes)> Types = new()
    {
        ["UINT8"] = (DataType.Uint8, v => Bytes(v, i => (byte)i)),
        ["INT8"] = (DataType.Int8, v => Bytes(v, i => (sbyte)i)),
        ["INT16"] = (DataType.Int16, v => Bytes(v, i => (short)i)),
        ["UINT16"] = (DataType.Uint16, v => Bytes(v, i => (ushort)i)),
        ["INT32"] = (DataType.Int32, v => Bytes(v, i => i)),
        ["INT64"] = (DataType.Int64, v => Bytes(v, i => (long)i)),
        ["FP16"] = (DataType.Float16, v => Bytes(v, i => (Half)i)),
        ["BF16"] = (DataType.Bfloat16, v => Bytes(v, i => (ushort)(BitConverter.SingleToUInt32Bits(i) >> 16))),
        ["FP64"] = (DataType.Double, v => Bytes(v, i => (double)i)),
        ["FP32"] = (DataType.Float, v => Bytes(v, i => (float)i)),
    };

    private static readonly int[] Pixels = [.. Enumerable.Range(0, 144).Select(k => k * 31 % 127)];

    private readonly Service _service = new();

    public static TheoryData<string> Names => [.. Types.Keys];

    public ValueTask InitializeAsync()
    {
        foreach (var (name, (element, _)) in Types)
            Write(name.ToLowerInvariant(), Net(element));
        Write("best", Net(DataType.Uint8, "best").Node("ArgMax", "scores", "best", Attributes.Of("axis", 1)));
        return _service.InitializeAsync();
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Theory, MemberData(nameof(Names))]
    public async Task TheFilesOwnTypeAndFloatsGiveTheSameAnswer(string name)
    {
        var model = name.ToLowerInvariant();
        var metadata = await (await _service.Client.SendAsync($"/v2/models/{model}", null, method: HttpMethod.Get)).JsonAsync();
        Assert.Equal(name, metadata.GetProperty("inputs")[0].GetProperty("datatype").GetString());
        var data = string.Join(',', Pixels);
        var json = await AnswerAsync(model, "explain", Json(Request(name, $"\"data\":[{data}]")));
        var floats = await AnswerAsync(model, "explain", Json(Request("FP32", $"\"data\":[{data}]")));
        var bytes = Types[name].Bytes(Pixels);
        var binary = await AnswerAsync(
            model,
            "explain",
            Binary(Request(name, $$"""  "parameters":{"binary_data_size":{{bytes.Length}}} """), bytes)
        );
        var bare = await AnswerAsync(model, "infer", Binary("", bytes));

        Assert.Equal(["logits", "map", "heatmap"], json.Keys);
        Assert.Contains(json["map"], v => v != 0);
        Assert.Equal(floats["logits"], json["logits"]);
        Assert.Equal(floats["map"], json["map"]);
        Assert.Equal(json["map"], binary["map"]);
        Assert.Equal(json["logits"], bare["scores"]);
        var twin = await AnswerAsync("fp32", "explain", Json(Request("FP32", $"\"data\":[{data}]")));
        var tolerance =
            name is "FP16" ? 2e-2
            : name is "BF16" ? 0.2
            : 1e-4;
        foreach (var (a, b) in json["logits"].Zip(twin["logits"]))
            Assert.Equal(b, a, tolerance * twin["logits"].Max(Math.Abs));
    }

    [Theory]
    [InlineData("uint8", "UINT8", "256", "value 0 of data is no UINT8 number")]
    [InlineData("uint8", "UINT8", "1.5", "value 0 of data is no UINT8 number")]
    [InlineData("int8", "INT8", "-129", "value 0 of data is no INT8 number")]
    [InlineData("int32", "INT32", "0.25", "value 0 of data is no INT32 number")]
    [InlineData("fp16", "FP16", "70000", "value 0 of data is no FP16 number")]
    [InlineData("uint8", "FP32", "-1", "input 'x' is UINT8, and value 0 is -1; allowed are whole numbers from 0 to 255")]
    [InlineData("int32", "FP32", "0.5", "input 'x' is INT32, and value 0 is 0.5; allowed are whole numbers from -16777216 to 16777216")]
    [InlineData("int64", "INT64", "100000000", "input 'x' is INT64, and value 0 is 100000000; allowed are whole numbers")]
    [InlineData("uint8", "INT32", "1", "input 'x': datatype INT32 is not accepted; the model's is UINT8, and FP32 is accepted")]
    [InlineData("fp32", "UINT8", "1", "input 'x': datatype UINT8 is not accepted; the model's is FP32")]
    public async Task NumbersThatTheInputCannotTakeAreRefused(string model, string type, string first, string message)
    {
        var data = string.Join(',', Pixels.Skip(1).Select(p => $"{p}").Prepend(first));
        foreach (var operation in new[] { "infer", "explain" })
        {
            var response = await _service.Client.SendAsync($"/v2/models/{model}/{operation}", Json(Request(type, $"\"data\":[{data}]")));
            Assert.Equal(400, (int)response.StatusCode);
            Assert.Contains(message, (await response.JsonAsync()).GetProperty("error").GetString());
        }
    }

    [Fact]
    public async Task AModelThatAnswersAClassOnlyAnswersItsScores()
    {
        var request = Request("UINT8", $"\"data\":[{string.Join(',', Pixels)}]");
        var best = await AnswerAsync("best", "infer", Json(request));
        Assert.Equal((await AnswerAsync("uint8", "infer", Json(request)))["scores"], best["scores"]);
        Assert.Equal(["scores"], best.Keys);
        var metadata = await (await _service.Client.SendAsync("/v2/models/best", null, method: HttpMethod.Get)).JsonAsync();
        Assert.Equal(
            ["best:INT64", "scores:FP32"],
            metadata
                .GetProperty("outputs")
                .EnumerateArray()
                .Take(2)
                .Select(o => $"{o.GetProperty("name").GetString()}:{o.GetProperty("datatype").GetString()}")
        );
    }

    private static byte[] Bytes<T>(int[] values, Converter<int, T> convert)
        where T : unmanaged => MemoryMarshal.AsBytes<T>(Array.ConvertAll(values, convert)).ToArray();

    private static string Request(string type, string content) =>
        $$"""{"inputs":[{"name":"x","shape":{{Shape}},"datatype":"{{type}}",{{content}}}]}""";

    private static HttpContent Binary(string json, byte[] bytes)
    {
        var content = Raw([.. Encoding.UTF8.GetBytes(json), .. bytes]);
        content.Headers.Add("Inference-Header-Content-Length", $"{Encoding.UTF8.GetByteCount(json)}");
        return content;
    }

    private async Task<Dictionary<string, float[]>> AnswerAsync(string model, string operation, HttpContent content)
    {
        var response = await _service.Client.SendAsync($"/v2/models/{model}/{operation}", content);
        var answer = await response.JsonAsync();
        Assert.True(response.IsSuccessStatusCode, answer.ToString());
        return answer
            .GetProperty("outputs")
            .EnumerateArray()
            .ToDictionary(
                o => o.GetProperty("name").GetString()!,
                o => o.GetProperty("data").EnumerateArray().Select(v => v.GetSingle()).ToArray()
            );
    }

    private void Write(string name, TinyGraph net)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_service.Models, name)).FullName;
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), net.ToBytes());
        File.WriteAllText(Path.Combine(folder, "model.json"), """{ "input": { "layout": "NCHW" } }""");
    }

    private static TinyGraph Net(DataType element, string output = "scores")
    {
        var real = element is DataType.Float16 or DataType.Bfloat16 or DataType.Double ? element : DataType.Float;
        var image = new Tensor([2, 3, 6, 8], [.. Pixels.Concat(Pixels).Select(p => (double)p)]);
        return new TinyGraph(real, Known.AllButBatch)
            .Input("x", image, element)
            .Node("Cast", "x", "f", Attributes.Of("to", (long)real))
            .Weight("k", Tensor.Normal([4, 3, 3, 3], 1))
            .Node("Conv", "f k", "c")
            .Node("Relu", "c", "l")
            .Node("GlobalAveragePool", "l", "p")
            .Node("Flatten", "p", "flat")
            .Weight("w", Tensor.Normal([4, 3], 2))
            .Node("MatMul", "flat w", "scores")
            .Output(output);
    }
}
