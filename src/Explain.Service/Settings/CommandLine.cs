using Explain.Engine.Vocabulary;

namespace Explain.Service.Settings;

/// <summary>
/// What may stand on the command line: the framework takes anything there, and what it does not understand for nothing.
/// </summary>
internal static class CommandLine
{
    private const string Usage = """
        Usage: dotnet run --project src/Explain.Service -c Release -- [OPTION VALUE]…
               dotnet Explain.Service.dll [OPTION VALUE]…

        Serves explanations of ONNX image models over HTTP; without models, those of an embedded demo model.

          --models DIR          the models: DIR/NAME/model.onnx, DIR/NAME/VERSION/model.onnx or DIR/NAME.onnx
          --urls URL[;URL]…     where it listens; http://localhost:8080 unless given
          --Explain:NAME VALUE  any setting; in the environment, Explain__NAME=VALUE
          --Kestrel:NAME VALUE  a setting of the server, as its endpoints and certificates; likewise Serilog, Logging
          --model_name NAME     a model that must be there; DIR may be its own folder
          --http_port PORT      the port, on every interface

        Options may also be written --OPTION=VALUE. Alone on the command line:
          --help                this text
          --version             the version
          --new-api-key NAME    makes a key, and its line for the settings
          --health-check [ready|live|startup] [OPTION VALUE]…
                                asks the service that these options started
        """;

    // Those of the host, those of KServe that mean nothing here, and whole sections.
    // csharpier-ignore
    private static readonly string[] Known =
    [
        "urls", "http_ports", "https_ports", "environment", "contentRoot", "applicationName", "webroot", "AllowedHosts",
        "predictor_host", "workers",
    ];

    private static readonly string[] Sections = [SettingsReader.Root, "Kestrel", "Serilog", "Logging"];

    /// <summary>Answers what asks for an answer alone, and refuses what nobody would understand.</summary>
    /// <returns>The exit code; null to go on.</returns>
    public static int? Handle(IReadOnlyList<string> arguments, string version, TextWriter output, TextWriter errors)
    {
        if (arguments is ["--help" or "-h" or "-?"] or ["--version"])
        {
            output.WriteLine(arguments[0] == "--version" ? $"explain-service {version}" : Usage);
            return 0;
        }

        if (WhyNot(arguments) is not { } problem)
            return null;
        errors.WriteLine($"{problem}; --help says what there is");
        return 2;
    }

    /// <summary>What is wrong with a command line; null when nothing is.</summary>
    private static string? WhyNot(IReadOnlyList<string> arguments)
    {
        for (var at = 0; at < arguments.Count; at++)
        {
            var argument = arguments[at];
            if (!argument.StartsWith('-') && !argument.Contains('='))
                return $"'{Spelling.Shown(argument)}' is no option";
            var (name, value) = argument.IndexOf('=', StringComparison.Ordinal) is >= 0 and var sign
                ? (argument[..sign], argument[(sign + 1)..])
                : (argument, null);
            var key = name.TrimStart('-');
            if (!IsKnown(key, value))
            {
                var known = ConfigurationSetup.ShortForms.Keys.Select(k => k[2..]).Concat(Known).ToArray();
                return $"'{Spelling.Shown(name)}' is no option;{Spelling.Hint(key, known)} settings begin with --{SettingsReader.Root}:";
            }

            if (value is null && (++at == arguments.Count || arguments[at].StartsWith("--", StringComparison.Ordinal)))
                return $"'{Spelling.Shown(name)}' has no value";
        }
        return null;
    }

    // A host that starts this one passes its sections on, without a value.
    private static bool IsKnown(string key, string? value) =>
        ConfigurationSetup.ShortForms.ContainsKey($"--{key}")
        || Known.Contains(key, StringComparer.OrdinalIgnoreCase)
        || ((key.Contains(':') || value is "") && Sections.Contains(key.Split(':')[0], StringComparer.OrdinalIgnoreCase));
}
