using Explain.Service.Telemetry;
using Serilog.Events;
using Serilog.Parsing;

namespace Explain.Service.Tests.Telemetry;

/// <summary>Log lines for people.</summary>
public sealed class TextLineTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    [Fact]
    public void WhatTheMessageDoesNotMentionFollowsIt() =>
        Assert.Equal(
            "[2026-01-02 03:04:05.678 INF] model tiny Method=gradcam BytesOut=12\n",
            Write("model {Model:l}", null, ("Model", "tiny"), ("Method", "gradcam"), ("BytesOut", 12), ("SourceContext", "X"))
        );

    [Fact]
    public void LineBreaksInValuesAreWrittenOut() =>
        Assert.Equal(
            """[2026-01-02 03:04:05.678 INF] model a\u000d\u000ab\u2028c\u001b[2J Method=x\u000ay""" + "\n",
            Write("model {Model:l}", null, ("Model", "a\r\nb\u2028c\u001b[2J"), ("Method", "x\ny"))
        );

    [Fact]
    public void LinesOfAnExceptionAreIndented()
    {
        var lines = Write("failed", new InvalidOperationException("first\n[2026-01-02 03:04:05.678 INF] faked"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("[2026-01-02 03:04:05.678 INF] failed", lines[0]);
        Assert.All(lines[1..], line => Assert.StartsWith("    ", line, StringComparison.Ordinal));
        Assert.Equal(3, lines.Length);
    }

    private static string Write(string template, Exception? exception, params (string Name, object Value)[] properties)
    {
        using var output = new StringWriter();
        new TextLine().Format(
            new LogEvent(
                Time,
                LogEventLevel.Information,
                exception,
                new MessageTemplateParser().Parse(template),
                properties.Select(p => new LogEventProperty(p.Name, new ScalarValue(p.Value)))
            ),
            output
        );
        return output.ToString().ReplaceLineEndings("\n");
    }
}
