using Microsoft.Extensions.Logging;

namespace Explain.Cli.Terminal;

/// <summary>Shows the engine's warnings; its errors come back as results and are reported there.</summary>
internal sealed class WarningLogger(Shell shell) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel))
            shell.Complain($"warning: {formatter(state, exception)}");
    }
}
