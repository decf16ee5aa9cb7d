using System.Globalization;
using Explain.Service;
using Explain.Service.Settings;

namespace Explain.Docs;

/// <summary>The page of all settings of the service.</summary>
internal static class SettingsPage
{
    private const long Mebibyte = 1 << 20;

    /// <summary>The page in Markdown.</summary>
    public static string Text() =>
        new MarkdownPage("Settings", "What can be set of the service, what is allowed, and what holds when nothing is set.")
            .Paragraph(
                $"The keys are below `{ServiceSettings.Section}` in `appsettings.json`; in the environment `Store:RetentionDays` is\n"
                    + $"`{ServiceSettings.Section}__Store__RetentionDays`, on the command line "
                    + $"`--{ServiceSettings.Section}:Store:RetentionDays=7`. "
                    + "A `0` in a key is the index in a list.\n"
                    + "A wrong setting, or a key that nothing reads, stops the start with one line that says what is allowed."
            )
            .Table(
                ["key", "what it does", "default", "allowed"],
                ServiceSettings.All().Select(s => new[] { $"`{KeyOf(s)}`", s.Meaning, DefaultOf(s), s.Allowed })
            )
            .Paragraph("Short forms on the command line, of which KServe uses the last two:")
            .Table(
                ["", "stands for"],
                ConfigurationSetup
                    .ShortForms.Select(s => new[] { $"`{s.Key}`", $"`{s.Value}`" })
                    .Append(["`--urls`", "the addresses to listen on"])
            )
            .ToString();

    private static string KeyOf(Setting setting) => setting.Path[(ServiceSettings.Section.Length + 1)..];

    private static string DefaultOf(Setting setting) =>
        setting.Path.EndsWith("Bytes", StringComparison.Ordinal)
        && long.TryParse(setting.Default, CultureInfo.InvariantCulture, out var bytes)
            ? $"{setting.Default} ({bytes / Mebibyte} MiB)"
            : setting.Default;
}
