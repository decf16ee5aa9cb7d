using System.Runtime.InteropServices;

namespace Explain.Engine.Models.Native;

/// <summary>An operator as ONNX Runtime reads it: its version, then functions. Those that are null are not called.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OrtCustomOp
{
    public uint Version;
    public nint CreateKernel;
    public delegate* unmanaged<OrtCustomOp*, nint> GetName;
    public delegate* unmanaged<OrtCustomOp*, nint> GetExecutionProviderType;
    public delegate* unmanaged<OrtCustomOp*, nuint, int> GetInputType;
    public delegate* unmanaged<OrtCustomOp*, nuint> GetInputTypeCount;
    public delegate* unmanaged<OrtCustomOp*, nuint, int> GetOutputType;
    public delegate* unmanaged<OrtCustomOp*, nuint> GetOutputTypeCount;
    public nint KernelCompute;
    public delegate* unmanaged<nint, void> KernelDestroy;
    public delegate* unmanaged<OrtCustomOp*, nuint, int> GetInputCharacteristic;
    public delegate* unmanaged<OrtCustomOp*, nuint, int> GetOutputCharacteristic;
    public delegate* unmanaged<OrtCustomOp*, nuint, int> GetInputMemoryType;
    public delegate* unmanaged<OrtCustomOp*, int> GetVariadicInputMinArity;
    public delegate* unmanaged<OrtCustomOp*, int> GetVariadicInputHomogeneity;
    public delegate* unmanaged<OrtCustomOp*, int> GetVariadicOutputMinArity;
    public delegate* unmanaged<OrtCustomOp*, int> GetVariadicOutputHomogeneity;
    public delegate* unmanaged<OrtCustomOp*, nint, nint, nint*, nint> CreateKernelV2;
    public delegate* unmanaged<nint, nint, nint> KernelComputeV2;
    public nint InferOutputShape;
    public nint GetStartVersion;
    public nint GetEndVersion;
    public delegate* unmanaged<int**, int**, nuint> GetMayInplace;
    public delegate* unmanaged<int*, int*, void> ReleaseMayInplace;
    public nint GetAliasMap;
    public nint ReleaseAliasMap;

    /// <summary>Our own, behind what ONNX Runtime knows: the place in <see cref="NativeKernels.All"/>.</summary>
    public int Index;

    /// <summary>The name, in UTF-8.</summary>
    public nint Name;
}
