namespace Explain.Cli.Batch.Output;

/// <summary>Locks between processes, which end with the process however it ends.</summary>
internal static class FileLock
{
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
        // The runtime has no type of its own for a file that is in use.
        catch (IOException e) when (e.GetType() == typeof(IOException) && File.Exists(file))
        {
            return null;
        }
    }
}
