using System.Runtime.InteropServices;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;
using Tensor = Explain.Testing.Tensor;

namespace Explain.Autodiff.Tests.Conformance;

/// <summary>
/// A graph opened in ONNX Runtime that is fed tensors of any element type: floats are given as float64, all others as the file has them.
/// </summary>
internal sealed class TypedSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();

    private TypedSession(InferenceSession session)
    {
        _session = session;
    }

    /// <summary>Opens a graph; null where ONNX Runtime refuses it.</summary>
    public static TypedSession? Open(Graph graph)
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        try
        {
            return new TypedSession(new InferenceSession(graph.ToBytes(), options));
        }
        catch (OnnxRuntimeException)
        {
            return null;
        }
    }

    /// <summary>A session that was opened elsewhere; it is closed with this.</summary>
    public static TypedSession Over(InferenceSession session) => new(session);

    /// <summary>Runs it.</summary>
    /// <param name="floats">The values of float tensors.</param>
    /// <param name="others">All other inputs.</param>
    /// <returns>The float outputs.</returns>
    public Dictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> floats, IReadOnlyDictionary<string, TensorProto> others)
    {
        var inputs = new Dictionary<string, OrtValue>();
        try
        {
            foreach (var (name, meta) in _session.InputMetadata)
                inputs[name] = floats.TryGetValue(name, out var tensor) ? Real(tensor, meta.ElementDataType) : Raw(others[name]);
            using var outputs = _session.Run(_run, inputs, _session.OutputNames);
            return _session
                .OutputNames.Zip(outputs)
                .Where(o => o.Second.IsTensor)
                .Select(o => (o.First, Value: Read(o.Second)))
                .Where(o => o.Value is not null)
                .ToDictionary(o => o.First, o => o.Value!);
        }
        finally
        {
            foreach (var value in inputs.Values)
                value.Dispose();
        }
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private static OrtValue Real(Tensor tensor, TensorElementType element) =>
        element == TensorElementType.Double
            ? OrtValue.CreateTensorValueFromMemory((double[])tensor.Values.Clone(), tensor.Shape)
            : OrtValue.CreateTensorValueFromMemory(tensor.Floats, tensor.Shape);

    private static OrtValue Raw(TensorProto tensor)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)tensor.DataType, [.. tensor.Dims]);
        Bytes(tensor).CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static byte[] Bytes(TensorProto tensor) =>
        (DataType)tensor.DataType switch
        {
            _ when tensor.RawData.Length > 0 => tensor.RawData.ToByteArray(),
            DataType.Int64 => MemoryMarshal.AsBytes(tensor.Int64Data.ToArray().AsSpan()).ToArray(),
            DataType.Int32 => MemoryMarshal.AsBytes(tensor.Int32Data.ToArray().AsSpan()).ToArray(),
            DataType.Double => MemoryMarshal.AsBytes(tensor.DoubleData.ToArray().AsSpan()).ToArray(),
            DataType.Bool or DataType.Int8 or DataType.Uint8 => [.. tensor.Int32Data.Select(v => (byte)v)],
            _ => [],
        };

    private static Tensor? Read(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return info.ElementDataType switch
        {
            TensorElementType.Double => new Tensor(info.Shape, value.GetTensorDataAsSpan<double>().ToArray()),
            TensorElementType.Float => new Tensor(
                info.Shape,
                Array.ConvertAll(value.GetTensorDataAsSpan<float>().ToArray(), v => (double)v)
            ),
            _ => null,
        };
    }
}
