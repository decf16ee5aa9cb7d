namespace Explain.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Some items failed; each is named on standard error.</summary>
    public const int SomeFailed = 1;

    /// <summary>Wrong use or settings: nothing was done.</summary>
    public const int WrongUse = 2;
}
