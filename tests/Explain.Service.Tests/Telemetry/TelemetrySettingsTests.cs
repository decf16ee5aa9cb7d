using Explain.Service.Telemetry;
using Microsoft.Extensions.Configuration;
using Serilog.Events;

namespace Explain.Service.Tests.Telemetry;

/// <summary>The settings of metrics, traces and the log.</summary>
public sealed class TelemetrySettingsTests
{
    [Fact]
    public void NobodyIsSentAnythingUnlessNamed()
    {
        var settings = Read([]).Telemetry;
        Assert.True(settings.Metrics);
        Assert.False(settings.Sends);
        Assert.Equal((LogFormat.Text, LogEventLevel.Information), (settings.Format, settings.Level));
    }

    [Fact]
    public void TheStandardVariableNamesACollector() =>
        Assert.True(Read([], ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317")).Telemetry.Sends);

    [Fact]
    public void WrongSettingsAreOneLineEach() =>
        Read(
            [
                "Explain:Metrics = 'perhaps' is not allowed; allowed: true or false",
                "Explain:Otlp = 'collector' is not allowed; allowed: the address of a collector, like http://localhost:4318",
                "Explain:Log:Format = 'xml' is not allowed; allowed: text, json",
                "Explain:Log:Level = 'loud' is not allowed; allowed: verbose, debug, information, warning, error, fatal",
                "Explain:Log:File = 'x' is no setting; allowed: Format, Level",
            ],
            ("Explain:Metrics", "perhaps"),
            ("Explain:Otlp", "collector"),
            ("Explain:Log:Format", "xml"),
            ("Explain:Log:Level", "loud"),
            ("Explain:Log:File", "x")
        );

    private static ServiceSettings Read(string[] expected, params (string Key, string Value)[] values)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Key, (string?)v.Value)))
            .Build();
        var settings = ServiceSettings.Read(configuration, out var problems);
        Assert.Equal(expected.Order(StringComparer.Ordinal), problems.Order(StringComparer.Ordinal));
        return settings;
    }
}
