namespace Explain.Cli.Jobs.Output;

/// <summary>Locks between processes, which end with the process however it ends.</summary>
internal static class FileLock
{
    // The runtime has no exception of its own for it: EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.
    private static readonly int[] InUse = [11, 35, unchecked((int)0x80070020)];

    /// <summary>For one alone; null when somebody else has it.</summary>
    public static IDisposable? Exclusive(string file) => Try(file, FileAccess.ReadWrite, FileShare.None);

    /// <summary>For several; null while somebody has it alone.</summary>
    public static IDisposable? Shared(string file) => Try(file, FileAccess.Read, FileShare.Read);

    private static FileStream? Try(string file, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, access, share);
        }
        catch (IOException e) when (InUse.Contains(e.HResult))
        {
            return null;
        }
    }
}
