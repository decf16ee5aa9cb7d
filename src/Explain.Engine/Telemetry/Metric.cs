namespace Explain.Engine.Telemetry;

/// <summary>A row of a table of metrics; the instrument and the line of the page of metrics are made of it.</summary>
/// <param name="Name">Name, with dots.</param>
/// <param name="Kind">How it adds up.</param>
/// <param name="Unit">Unit as OpenTelemetry writes it; null where the name has it.</param>
/// <param name="Meaning">What is measured.</param>
/// <param name="Labels">The labels of its values.</param>
public sealed record Metric(string Name, MetricKind Kind, string? Unit, string Meaning, params IReadOnlyList<string> Labels);

/// <summary>How values of a metric add up.</summary>
public enum MetricKind
{
    /// <summary>They only grow.</summary>
    Counter,

    /// <summary>They are counted by their size.</summary>
    Histogram,

    /// <summary>The latest holds.</summary>
    Gauge,
}
