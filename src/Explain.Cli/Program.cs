using Explain.Cli;
using Explain.Cli.Terminal;

return await CommandLine.RunAsync(args, Shell.OfThisProcess, CancellationToken.None);
