using Explain.Engine.Vocabulary;
using Explain.Service.Settings;
using Serilog.Events;

namespace Explain.Service.Telemetry;

/// <summary>How log lines are written.</summary>
internal enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One compact JSON object a line, for collectors.</summary>
    Json,
}

/// <summary>What the service tells of itself, and whom.</summary>
internal sealed record TelemetrySettings
{
    /// <summary>The variable that OpenTelemetry's own SDKs read.</summary>
    private const string StandardEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Whether <c>/metrics</c> answers.</summary>
    public required bool Metrics { get; init; }

    /// <summary>Where metrics and traces are sent; null for where the standard variables say, if anywhere.</summary>
    public required Uri? Otlp { get; init; }

    /// <summary>Whether the standard variables name a receiver.</summary>
    public required bool OtlpByEnvironment { get; init; }

    /// <summary>Whether anybody receives metrics and traces.</summary>
    public bool Sends => Otlp is not null || OtlpByEnvironment;

    /// <summary>How log lines are written.</summary>
    public required LogFormat Format { get; init; }

    /// <summary>What is logged: this and what is more serious.</summary>
    public required LogEventLevel Level { get; init; }

    /// <summary>Reads the settings.</summary>
    public static TelemetrySettings Read(SettingsReader reader, IConfiguration configuration)
    {
        var log = reader.Section("Log");
        return new TelemetrySettings
        {
            Metrics = reader.Flag("Metrics", true, "Whether `/metrics` answers."),
            Otlp = Endpoint(reader, "Otlp"),
            OtlpByEnvironment = !string.IsNullOrWhiteSpace(configuration[StandardEndpoint]),
            Format = log.OneOf("Format", LogFormat.Text, "How log lines are written: for people, or one JSON object each for collectors."),
            Level = log.OneOf(
                "Level",
                LogEventLevel.Information,
                "What is logged, with all that is more serious; `verbose` shows health checks, too."
            ),
        };
    }

    private static Uri? Endpoint(SettingsReader reader, string key)
    {
        const string allowed = "the address of a collector, like http://localhost:4318";
        const string meaning =
            "Where metrics and traces are sent: gRPC on port 4317, else HTTP; without it `OTEL_EXPORTER_OTLP_ENDPOINT` and its like hold.";
        if (reader.Text(key, allowed, meaning) is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return url;
        reader.Refuse(key, text, allowed);
        return null;
    }
}
