namespace Explain.Cli.Jobs.Output;

/// <summary>Results cannot be written, whichever item comes next.</summary>
internal sealed class OutputException(string message, Exception cause) : Exception(message, cause);
