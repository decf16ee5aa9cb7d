namespace Explain.Cli.Terminal;

/// <summary>The command was used in a way that cannot work; the message is one line for the person who typed it.</summary>
internal sealed class UsageException(string message) : Exception(message);
