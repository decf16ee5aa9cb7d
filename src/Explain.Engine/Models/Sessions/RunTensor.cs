using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Explain.Engine.Vocabulary;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Explain.Engine.Models.Sessions;

/// <summary>
/// A tensor in ONNX Runtime's memory: what a run takes or gives, without a copy. Only inputs beside the image are other than float. Not for
/// several threads at once.
/// </summary>
internal sealed class RunTensor : IDisposable
{
    private readonly Owner _owner;
    private readonly DeviceMemory? _device;
    private OrtValue? _home;
    private bool _disposed;

    private RunTensor(OrtValue value, long[] shape, Owner owner, DeviceMemory? device)
    {
        (Value, Shape, _owner, _device) = (value, shape, owner, device);
    }

    /// <summary>The native value, which may be in the memory of a device.</summary>
    public OrtValue Value { get; }

    /// <summary>Extents.</summary>
    public long[] Shape { get; }

    /// <summary>Row-major; valid until disposed. Asked for first, those of a device are copied from there.</summary>
    public ReadOnlySpan<float> Values => (_device is null ? Value : _home ??= _device.Home(Value)).GetTensorDataAsSpan<float>();

    /// <summary>Number of entries of the first axis.</summary>
    public int ItemCount => Shape.Length == 0 ? 1 : (int)Shape[0];

    /// <summary>A tensor over managed memory.</summary>
    public static RunTensor Over(FloatTensor tensor) => Over([.. tensor.Shape], tensor.Values);

    /// <summary>A tensor over managed memory.</summary>
    public static RunTensor Over(long[] shape, float[] values) => Owning(OrtValue.CreateTensorValueFromMemory(values, shape), shape, null);

    /// <summary>A tensor that owns a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="device">Where it is; null for the memory of the host.</param>
    public static RunTensor Owning(OrtValue value, DeviceMemory? device = null) =>
        Owning(value, value.GetTensorTypeAndShape().Shape, device);

    /// <summary>The same tensor as the only item of a batch; it takes over the ownership.</summary>
    public RunTensor AsItem() => new(Value, [1, .. Shape], _owner, _device);

    /// <summary>One entry of the first axis.</summary>
    public ReadOnlySpan<float> Item(int index)
    {
        var values = Values;
        var length = values.Length / ItemCount;
        return values.Slice(index * length, length);
    }

    /// <summary>The same values once more. The memory is released with the last of the whole and what is in it.</summary>
    public RunTensor Again() => Within(Shape, 0, Value.GetTensorMutableRawData().Length);

    /// <summary>
    /// Some entries of the first axis, where they are. The memory is released with the last of the whole and what is in it.
    /// </summary>
    public RunTensor Part(int first, int count)
    {
        var length = Value.GetTensorMutableRawData().Length / ItemCount;
        return Within([count, .. Shape[1..]], (long)first * length, (long)count * length);
    }

    /// <summary>A copy that outlives this tensor.</summary>
    public FloatTensor Copy() => new(Shape, Values.ToArray());

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _home?.Dispose();
        _owner.Release(Value);
    }

    private unsafe RunTensor Within(long[] shape, long start, long length)
    {
        if (length == 0)
            return Over(shape, []);
        // An address alone: it may be one of a device.
        var bytes = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Value.GetTensorMutableRawData()));
        using var memory = Value.GetTensorMemoryInfo();
        var value = OrtValue.CreateTensorValueWithData(memory, TensorElementType.Float, shape, (nint)(bytes + start), length);
        return new RunTensor(value, shape, _owner.Share(), _device);
    }

    private static RunTensor Owning(OrtValue value, long[] shape, DeviceMemory? device) => new(value, shape, new Owner(value), device);

    // The value that has the memory, and how many tensors are in it.
    private sealed class Owner(OrtValue value)
    {
        private int _users = 1;

        public Owner Share()
        {
            Interlocked.Increment(ref _users);
            return this;
        }

        public void Release(OrtValue part)
        {
            if (part != value)
                part.Dispose();
            if (Interlocked.Decrement(ref _users) == 0)
                value.Dispose();
        }
    }
}
