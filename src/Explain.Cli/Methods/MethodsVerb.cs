using System.CommandLine;
using Explain.Cli.Terminal;
using Explain.Engine.Methods.Tables;

namespace Explain.Cli.Methods;

/// <summary><c>explain methods</c>: what there is to choose from.</summary>
internal static class MethodsVerb
{
    public static Command Create(Shell shell)
    {
        var verb = new Command("methods", "List the methods: what each shows, its paper, its cost, what it needs");
        verb.SetAction(_ =>
        {
            Columns.Write(shell, ["method", "cost", "what it shows"], [.. MethodTable.All.Select(m => new[] { m.Id, m.Cost, m.Summary })]);
            return ExitCode.Done;
        });
        return verb;
    }
}
