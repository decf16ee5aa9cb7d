namespace Explain.Cli.Terminal;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Some items failed; each is named on standard error.</summary>
    public const int SomeFailed = 1;

    /// <summary>Wrong use or settings: nothing was done.</summary>
    public const int WrongUse = 2;

    /// <summary>
    /// Something is left to do: the process was told to stop, results could not be written, or another process was at work on it. The same
    /// command does the rest.
    /// </summary>
    public const int Stopped = 3;
}
