using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Explain.Engine.Models.Native;

/// <summary>
/// What custom operators need of ONNX Runtime's C interface, which its package for .NET does not wrap. The interface is a table of
/// functions that only grows at its end: a place in it never changes.
/// </summary>
internal static unsafe partial class OrtApi
{
    /// <summary>The oldest version of the table that has all that is used here.</summary>
    public const uint Version = 20;

    private const int Failed = 1;
    private static readonly Lazy<nint> Table = new(Find);

    // Places in the table.
    private enum Function
    {
        CreateStatus = 0,
        GetErrorMessage = 2,
        CreateCustomOpDomain = 26,
        CustomOpDomainAdd = 27,
        AddCustomOpDomain = 28,
        GetTensorMutableData = 51,
        GetDimensionsCount = 61,
        GetDimensions = 62,
        GetTensorTypeAndShape = 65,
        KernelInfoGetAttributeFloat = 85,
        KernelInfoGetAttributeInt = 86,
        KernelInfoGetAttributeString = 87,
        KernelContextGetInputCount = 88,
        KernelContextGetInput = 90,
        KernelContextGetOutput = 91,
        ReleaseStatus = 93,
        ReleaseTensorTypeAndShapeInfo = 99,
        KernelInfoGetAttributeInts = 163,
        KernelContextParallelFor = 274,
    }

    /// <summary>A domain of operators, which is never freed: sessions that know it come and go.</summary>
    public static nint CreateDomain(string name)
    {
        nint domain;
        Check(((delegate* unmanaged<nint, nint*, nint>)At(Function.CreateCustomOpDomain))(Marshal.StringToCoTaskMemUTF8(name), &domain));
        return domain;
    }

    /// <summary>Adds an operator, which must stay where it is, to a domain.</summary>
    public static void Add(nint domain, OrtCustomOp* op) =>
        Check(((delegate* unmanaged<nint, OrtCustomOp*, nint>)At(Function.CustomOpDomainAdd))(domain, op));

    /// <summary>Lets a session know a domain.</summary>
    public static void AddDomain(SafeHandle options, nint domain) =>
        Check(((delegate* unmanaged<nint, nint, nint>)At(Function.AddCustomOpDomain))(options.DangerousGetHandle(), domain));

    /// <summary>A number of a node.</summary>
    public static float Float(nint info, string attribute)
    {
        float value;
        using var name = new Utf8(attribute);
        Check(((delegate* unmanaged<nint, nint, float*, nint>)At(Function.KernelInfoGetAttributeFloat))(info, name.Text, &value));
        return value;
    }

    /// <summary>A whole number of a node.</summary>
    public static long Int(nint info, string attribute)
    {
        long value;
        using var name = new Utf8(attribute);
        Check(((delegate* unmanaged<nint, nint, long*, nint>)At(Function.KernelInfoGetAttributeInt))(info, name.Text, &value));
        return value;
    }

    /// <summary>A text of a node.</summary>
    public static string Text(nint info, string attribute)
    {
        using var name = new Utf8(attribute);
        var get = (delegate* unmanaged<nint, nint, byte*, nuint*, nint>)At(Function.KernelInfoGetAttributeString);
        nuint size = 0;
        Check(get(info, name.Text, null, &size));
        var text = new byte[size];
        fixed (byte* to = text)
            Check(get(info, name.Text, to, &size));
        return Encoding.UTF8.GetString(text).TrimEnd('\0');
    }

    /// <summary>A list of whole numbers of a node.</summary>
    public static long[] Ints(nint info, string attribute)
    {
        using var name = new Utf8(attribute);
        var get = (delegate* unmanaged<nint, nint, long*, nuint*, nint>)At(Function.KernelInfoGetAttributeInts);
        nuint count = 0;
        Check(get(info, name.Text, null, &count));
        var values = new long[count];
        fixed (long* to = values)
            Check(get(info, name.Text, to, &count));
        return values;
    }

    /// <summary>How many inputs a node has, with those left out before the last.</summary>
    public static int InputCount(nint context)
    {
        nuint count;
        Check(((delegate* unmanaged<nint, nuint*, nint>)At(Function.KernelContextGetInputCount))(context, &count));
        return (int)count;
    }

    /// <summary>An input of a node that runs; its data may not be written to.</summary>
    public static NativeTensor Input(nint context, int index)
    {
        nint value;
        Check(((delegate* unmanaged<nint, nuint, nint*, nint>)At(Function.KernelContextGetInput))(context, (nuint)index, &value));
        return new NativeTensor(Data(value), Shape(value));
    }

    /// <summary>The output of a node that runs.</summary>
    public static NativeTensor Output(nint context, long[] shape)
    {
        nint value;
        fixed (long* dims = shape)
        {
            var get = (delegate* unmanaged<nint, nuint, long*, nuint, nint*, nint>)At(Function.KernelContextGetOutput);
            Check(get(context, 0, dims, (nuint)shape.Length, &value));
        }
        return new NativeTensor(Data(value), shape);
    }

    /// <summary>Lets the session's threads call a function for 0 up to a number, and waits. The function must not throw.</summary>
    public static void ParallelFor(nint context, delegate* unmanaged<nint, nuint, void> body, int count, nint state)
    {
        var run = (delegate* unmanaged<nint, delegate* unmanaged<nint, nuint, void>, nuint, nuint, nint, nint>)At(
            Function.KernelContextParallelFor
        );
        Check(run(context, body, (nuint)count, 0, state));
    }

    /// <summary>What a function returns that failed.</summary>
    public static nint Failure(Exception e)
    {
        using var message = new Utf8(e.Message);
        return ((delegate* unmanaged<int, nint, nint>)At(Function.CreateStatus))(Failed, message.Text);
    }

    private static float* Data(nint value)
    {
        float* data;
        Check(((delegate* unmanaged<nint, float**, nint>)At(Function.GetTensorMutableData))(value, &data));
        return data;
    }

    private static long[] Shape(nint value)
    {
        nint info;
        Check(((delegate* unmanaged<nint, nint*, nint>)At(Function.GetTensorTypeAndShape))(value, &info));
        try
        {
            nuint rank;
            Check(((delegate* unmanaged<nint, nuint*, nint>)At(Function.GetDimensionsCount))(info, &rank));
            var shape = new long[rank];
            fixed (long* dims = shape)
                Check(((delegate* unmanaged<nint, long*, nuint, nint>)At(Function.GetDimensions))(info, dims, rank));
            return shape;
        }
        finally
        {
            ((delegate* unmanaged<nint, void>)At(Function.ReleaseTensorTypeAndShapeInfo))(info);
        }
    }

    private static void Check(nint status)
    {
        if (status == 0)
            return;
        var message = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)At(Function.GetErrorMessage))(status));
        ((delegate* unmanaged<nint, void>)At(Function.ReleaseStatus))(status);
        throw new NotSupportedException(message);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint At(Function function) => ((nint*)Table.Value)[(int)function];

    private static nint Find()
    {
        var table = ((delegate* unmanaged<uint, nint>)OrtGetApiBase()[0])(Version);
        return table != 0 ? table : throw new NotSupportedException($"ONNX Runtime is older than version {Version} of its interface");
    }

    [LibraryImport("onnxruntime")]
    private static partial nint* OrtGetApiBase();

    private readonly struct Utf8(string text) : IDisposable
    {
        public nint Text { get; } = Marshal.StringToCoTaskMemUTF8(text);

        public void Dispose() => Marshal.FreeCoTaskMem(Text);
    }
}
