namespace Explain.Cli.Jobs.Output;

/// <summary>Something is left to do, and the same command can do it later.</summary>
internal sealed class StoppedException(string message) : Exception(message);
