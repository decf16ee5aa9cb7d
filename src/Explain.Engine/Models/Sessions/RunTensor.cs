using Explain.Engine.Vocabulary;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models.Sessions;

/// <summary>
/// A tensor in ONNX Runtime's memory: what a run takes or gives, without a copy. Only inputs beside the image are other than float.
/// </summary>
internal sealed class RunTensor : IDisposable
{
    private RunTensor(OrtValue value, long[] shape)
    {
        (Value, Shape) = (value, shape);
    }

    /// <summary>The native value.</summary>
    public OrtValue Value { get; }

    /// <summary>Extents.</summary>
    public long[] Shape { get; }

    /// <summary>Row-major; valid until disposed.</summary>
    public ReadOnlySpan<float> Values => Value.GetTensorDataAsSpan<float>();

    /// <summary>Number of entries of the first axis.</summary>
    public int ItemCount => Shape.Length == 0 ? 1 : (int)Shape[0];

    /// <summary>A tensor over managed memory.</summary>
    public static RunTensor Over(FloatTensor tensor) => Over([.. tensor.Shape], tensor.Values);

    /// <summary>A tensor over managed memory.</summary>
    public static RunTensor Over(long[] shape, float[] values) => new(OrtValue.CreateTensorValueFromMemory(values, shape), shape);

    /// <summary>A tensor that owns a value.</summary>
    public static RunTensor Owning(OrtValue value) => new(value, value.GetTensorTypeAndShape().Shape);

    /// <summary>The same tensor as the only item of a batch; it takes over the ownership.</summary>
    public RunTensor AsItem() => new(Value, [1, .. Shape]);

    /// <summary>One entry of the first axis.</summary>
    public ReadOnlySpan<float> Item(int index)
    {
        var values = Values;
        var length = values.Length / ItemCount;
        return values.Slice(index * length, length);
    }

    /// <summary>A copy of some entries of the first axis.</summary>
    public RunTensor Part(int first, int count)
    {
        var length = Values.Length / ItemCount;
        return Over([count, .. Shape.Skip(1)], Values.Slice(first * length, count * length).ToArray());
    }

    /// <summary>A copy that outlives this tensor.</summary>
    public FloatTensor Copy() => new(Shape, Values.ToArray());

    /// <inheritdoc/>
    public void Dispose() => Value.Dispose();
}
