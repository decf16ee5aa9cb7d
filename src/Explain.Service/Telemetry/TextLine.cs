using System.Globalization;
using System.Text;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Parsing;

namespace Explain.Service.Telemetry;

/// <summary>
/// Writes log events for people: the message, then what it does not mention. Whatever the values hold, an event is one line, and the lines
/// of an exception are indented: nobody can write lines of his own into the log.
/// </summary>
internal sealed class TextLine : ITextFormatter
{
    private const string SourceContext = "SourceContext";
    private static readonly MessageTemplateTextFormatter Message = new(
        "[{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3}] {Message:lj}",
        CultureInfo.InvariantCulture
    );

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var line = new StringWriter(CultureInfo.InvariantCulture);
        Message.Format(logEvent, line);
        var mentioned = logEvent.MessageTemplate.Tokens.OfType<PropertyToken>().Select(t => t.PropertyName).Append(SourceContext);
        foreach (var (name, value) in logEvent.Properties.ExceptBy(mentioned, p => p.Key))
            line.Write($" {name}={(value is ScalarValue { Value: string text } ? text : value)}");
        if (logEvent.TraceId is { } trace)
            line.Write($" trace={trace}");
        output.WriteLine(OneLine(line.ToString()));
        if (logEvent.Exception is null)
            return;
        foreach (var part in logEvent.Exception.ToString().Split('\n'))
            output.WriteLine("    " + OneLine(part.TrimEnd('\r')));
    }

    private static string OneLine(string text)
    {
        if (!text.Any(IsControl))
            return text;
        var line = new StringBuilder();
        foreach (var c in text)
        {
            if (IsControl(c))
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                line.Append(c);
        }
        return line.ToString();
    }

    // The line and paragraph separators are no control characters, and yet some viewers break lines there.
    private static bool IsControl(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';
}
