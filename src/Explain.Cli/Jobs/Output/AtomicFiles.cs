namespace Explain.Cli.Jobs.Output;

/// <summary>Writes files that are there as a whole or not at all, whenever the process ends.</summary>
/// <param name="scratch">A folder on the same file system, for this process alone.</param>
internal sealed class AtomicFiles(string scratch)
{
    /// <summary>Writes a file, in the place of any that has its name.</summary>
    /// <exception cref="PathTooLongException">No file can have the name.</exception>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public async Task WriteAsync(string file, Func<Stream, Task> write)
    {
        var unfinished = Path.Combine(scratch, Path.GetRandomFileName());
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await using (var stream = new FileStream(unfinished, FileMode.CreateNew))
            {
                await write(stream);
                // Else the name could survive a power failure, and the content not.
                stream.Flush(flushToDisk: true);
            }
            File.Move(unfinished, file, overwrite: true);
        }
        catch (Exception e) when (e is (IOException or UnauthorizedAccessException) and not PathTooLongException)
        {
            throw new OutputException($"'{file}' cannot be written: {e.Message}", e);
        }
    }
}
