using Spectre.Console;

namespace Explain.Cli.Terminal;

/// <summary>Where results and messages go.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Messages and progress.</param>
/// <param name="OutIsTerminal">Whether a person reads the results as they come.</param>
/// <param name="ErrorIsTerminal">Whether a person reads the messages as they come.</param>
internal sealed record Shell(TextWriter Out, TextWriter Error, bool OutIsTerminal, bool ErrorIsTerminal)
{
    public static Shell OfThisProcess => new(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);

    /// <summary>One line on standard error, whatever line breaks the message has.</summary>
    public void Complain(string message) => Error.WriteLine(Line(message));

    /// <summary>A message as <see cref="Complain"/> writes it.</summary>
    public static string Line(string message) =>
        "explain: " + string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>Runs something of many steps; a bar shows how far it is where that disturbs nothing.</summary>
    /// <param name="what">What is counted.</param>
    /// <param name="steps">How many there are.</param>
    /// <param name="mixed">Whether results are written meanwhile: a bar would be torn apart by them on the same terminal.</param>
    /// <param name="work">Reports how many steps are done.</param>
    public async Task<T> WithProgressAsync<T>(string what, int steps, bool mixed, Func<IProgress<int>, Task<T>> work)
    {
        if (!ErrorIsTerminal || steps < 2 || (mixed && OutIsTerminal))
            return await work(new Steps(_ => { }));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Error) });
        return await console
            .Progress()
            .AutoClear(true)
            .StartAsync(context =>
            {
                var bar = context.AddTask(Markup.Escape(what), maxValue: steps);
                return work(new Steps(done => bar.Value = done));
            });
    }

    private sealed class Steps(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
