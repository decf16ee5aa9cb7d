using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Explain.Engine.Models.Native;

/// <summary>
/// A file that ONNX Runtime writes to and that is read once: in memory where the system has such files, else a temporary one.
/// </summary>
internal sealed partial class ScratchFile : IDisposable
{
    private readonly SafeFileHandle? _memory;

    /// <summary>An empty file.</summary>
    /// <exception cref="NotSupportedException">None can be made.</exception>
    public ScratchFile()
    {
        if (OperatingSystem.IsLinux())
        {
            _memory = new SafeFileHandle(Create("explain", 0), ownsHandle: true);
            if (_memory.IsInvalid)
                throw new NotSupportedException($"there is no file in memory: error {Marshal.GetLastPInvokeError()}");
            Path = $"/proc/self/fd/{_memory.DangerousGetHandle()}";
        }
        else
        {
            Path = System.IO.Path.GetTempFileName();
        }
    }

    /// <summary>Where it is; all are in one folder.</summary>
    public string Path { get; }

    /// <summary>How many bytes it has.</summary>
    public long Length => _memory is null ? new FileInfo(Path).Length : RandomAccess.GetLength(_memory);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_memory is not null)
            _memory.Dispose();
        else
            File.Delete(Path);
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Create(string name, uint flags);
}
