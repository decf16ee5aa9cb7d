using System.Diagnostics;
using System.Globalization;
using Explain.Cli.Terminal;
using Spectre.Console;

namespace Explain.Cli.Jobs;

/// <summary>Says on standard error how far it is: a bar for a person at a terminal, a line every few seconds elsewhere.</summary>
/// <param name="shell">Where to.</param>
/// <param name="total">How many items there are to do.</param>
/// <param name="pause">The time between two lines.</param>
internal sealed class JobProgress(Shell shell, int total, TimeSpan pause)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private IAnsiConsole? _console;
    private ProgressTask? _bar;
    private int _done;
    private int _failed;

    /// <summary>Items done in a second.</summary>
    public string Rate => string.Create(CultureInfo.InvariantCulture, $"{PerSecond:0.##}/s");

    private double PerSecond => _done / Math.Max(_clock.Elapsed.TotalSeconds, 1e-3);

    private string Line => $"{_done} of {total} images, {_failed} failed, {Rate}, {TimeLeft}";

    private string TimeLeft => _done == 0 ? "time left unknown" : $"{Left(TimeSpan.FromSeconds((total - _done) / PerSecond))} left";

    /// <summary>Shows progress while something runs.</summary>
    public Task WatchAsync(Func<Task> work) => shell.ErrorIsTerminal && total > 0 ? DrawAsync(work) : WriteAsync(work);

    /// <summary>One more item is through; of items one at a time.</summary>
    public void Report(string item, string? error)
    {
        _done++;
        if (error is not null)
        {
            _failed++;
            Say($"{item}: {error}");
        }
        if (_bar is null)
            return;
        _bar.Value = _done;
        _bar.Description = Markup.Escape(Line);
    }

    /// <summary>A line between the others, or above the bar.</summary>
    public void Say(string message)
    {
        if (_console is null)
            shell.Complain(message);
        else
            _console.WriteLine(Shell.Line(message));
    }

    private async Task DrawAsync(Func<Task> work)
    {
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(shell.Error) });
        try
        {
            await _console
                .Progress()
                .AutoClear(true)
                .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
                .StartAsync(async context =>
                {
                    _bar = context.AddTask(Markup.Escape(Line), maxValue: total);
                    await work();
                });
        }
        finally
        {
            (_console, _bar) = (null, null);
        }
    }

    private async Task WriteAsync(Func<Task> work)
    {
        var running = work();
        while (await Task.WhenAny(running, Task.Delay(pause)) != running)
            shell.Complain(Line);
        await running;
    }

    private static string Left(TimeSpan time) =>
        time switch
        {
            { TotalSeconds: < 100 } => $"{time.TotalSeconds:0} s",
            { TotalMinutes: < 100 } => $"{time.TotalMinutes:0} min",
            _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h"),
        };
}
