using System.Runtime.InteropServices;

namespace Explain.Engine.Models.Native;

/// <summary>One run of a node: what it reads, what it writes, and the threads that it may use.</summary>
/// <param name="context">ONNX Runtime's context.</param>
internal sealed unsafe class KernelRun(nint context)
{
    // Waking threads takes as long as to pass over that many numbers.
    private const long FewElements = 1 << 15;

    private Action<int>? _part;
    private Exception? _failure;

    /// <summary>Inputs that the node has.</summary>
    public int InputCount => OrtApi.InputCount(context);

    /// <summary>An input, which must not be written to.</summary>
    public NativeTensor Input(int index) => OrtApi.Input(context, index);

    /// <summary>The output.</summary>
    public NativeTensor Output(params long[] shape) => OrtApi.Output(context, shape);

    /// <summary>Does parts of the work, on several threads if it is much, and waits for them.</summary>
    /// <param name="parts">Number of parts.</param>
    /// <param name="elements">How many numbers are passed over in all.</param>
    /// <param name="part">Does one.</param>
    public void Share(long parts, long elements, Action<int> part)
    {
        if (elements < FewElements || parts == 1)
        {
            for (var i = 0; i < parts; i++)
                part(i);
            return;
        }
        _part = part;
        var self = GCHandle.Alloc(this);
        try
        {
            OrtApi.ParallelFor(context, &Part, checked((int)parts), GCHandle.ToIntPtr(self));
        }
        finally
        {
            self.Free();
        }
        if (_failure is not null)
            throw _failure;
    }

    // Native code cannot pass an exception on.
    [UnmanagedCallersOnly]
    private static void Part(nint state, nuint index)
    {
        var run = (KernelRun)GCHandle.FromIntPtr(state).Target!;
        try
        {
            run._part!((int)index);
        }
        catch (Exception e)
        {
            run._failure = e;
        }
    }
}
