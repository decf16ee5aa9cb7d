using System.Runtime.InteropServices;
using Explain.Autodiff.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models.Native;

/// <summary>
/// The domain of the engine's own operators, as ONNX Runtime knows it. What it is told stays where it is for as long as the process lives.
/// </summary>
internal static unsafe class NativeDomain
{
    private const int Float = 1;
    private const int Optional = 1;
    private static readonly Lazy<nint> Domain = new(Create);

    /// <summary>Lets sessions know the operators.</summary>
    /// <exception cref="NotSupportedException">ONNX Runtime does not take them.</exception>
    public static void AddTo(SessionOptions options) => OrtApi.AddDomain(options, Domain.Value);

    private static nint Create()
    {
        var domain = OrtApi.CreateDomain(NativeNodes.Domain);
        for (var i = 0; i < NativeKernels.All.Count; i++)
            OrtApi.Add(domain, Operator(i));
        return domain;
    }

    private static OrtCustomOp* Operator(int index)
    {
        var kernel = NativeKernels.All[index];
        var op = (OrtCustomOp*)NativeMemory.AllocZeroed((nuint)sizeof(OrtCustomOp));
        op->Version = OrtApi.Version;
        op->Index = index;
        op->Name = Marshal.StringToCoTaskMemUTF8(kernel.Name);
        op->GetName = &Name;
        op->GetExecutionProviderType = &AnyProvider;
        op->GetInputType = op->GetOutputType = &ElementType;
        op->GetInputTypeCount = &InputCount;
        op->GetOutputTypeCount = &OutputCount;
        op->GetInputCharacteristic = &Characteristic;
        op->GetOutputCharacteristic = op->GetInputMemoryType = &Zero;
        op->GetVariadicInputMinArity = op->GetVariadicInputHomogeneity = &None;
        op->GetVariadicOutputMinArity = op->GetVariadicOutputHomogeneity = &None;
        op->CreateKernelV2 = &Open;
        op->KernelComputeV2 = &Run;
        op->KernelDestroy = &Close;
        if (kernel.InPlace)
        {
            op->GetMayInplace = &FirstInPlace;
            op->ReleaseMayInplace = &Release;
        }
        return op;
    }

    [UnmanagedCallersOnly]
    private static nint Open(OrtCustomOp* op, nint api, nint info, nint* kernel)
    {
        try
        {
            *kernel = GCHandle.ToIntPtr(GCHandle.Alloc(NativeKernels.All[op->Index].Open(new NodeInfo(info))));
            return 0;
        }
        catch (Exception e)
        {
            return OrtApi.Failure(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint Run(nint kernel, nint context)
    {
        try
        {
            ((Action<KernelRun>)GCHandle.FromIntPtr(kernel).Target!)(new KernelRun(context));
            return 0;
        }
        catch (Exception e)
        {
            return OrtApi.Failure(e);
        }
    }

    [UnmanagedCallersOnly]
    private static void Close(nint kernel) => GCHandle.FromIntPtr(kernel).Free();

    [UnmanagedCallersOnly]
    private static nint Name(OrtCustomOp* op) => op->Name;

    [UnmanagedCallersOnly]
    private static nint AnyProvider(OrtCustomOp* op) => 0;

    [UnmanagedCallersOnly]
    private static int ElementType(OrtCustomOp* op, nuint index) => Float;

    [UnmanagedCallersOnly]
    private static nuint InputCount(OrtCustomOp* op) => (nuint)(NativeKernels.All[op->Index].Inputs + NativeKernels.All[op->Index].Further);

    [UnmanagedCallersOnly]
    private static nuint OutputCount(OrtCustomOp* op) => 1;

    [UnmanagedCallersOnly]
    private static int Characteristic(OrtCustomOp* op, nuint index) => (int)index < NativeKernels.All[op->Index].Inputs ? 0 : Optional;

    [UnmanagedCallersOnly]
    private static int Zero(OrtCustomOp* op, nuint index) => 0;

    [UnmanagedCallersOnly]
    private static int None(OrtCustomOp* op) => 0;

    [UnmanagedCallersOnly]
    private static nuint FirstInPlace(int** inputs, int** outputs)
    {
        *inputs = (int*)NativeMemory.AllocZeroed(sizeof(int));
        *outputs = (int*)NativeMemory.AllocZeroed(sizeof(int));
        return 1;
    }

    [UnmanagedCallersOnly]
    private static void Release(int* inputs, int* outputs)
    {
        NativeMemory.Free(inputs);
        NativeMemory.Free(outputs);
    }
}
