namespace Explain.Docs;

/// <summary>A page that is written from a table of the code.</summary>
/// <param name="File">Its name.</param>
/// <param name="Text">Makes its Markdown.</param>
internal sealed record Page(string File, Func<string> Text);

/// <summary>Every such page.</summary>
internal static class Pages
{
    /// <summary>How the pages are written; each says so.</summary>
    public const string Command = "dotnet run --project tools/Explain.Docs -c Release";

    /// <summary>The pages.</summary>
    public static IReadOnlyList<Page> All { get; } =
    [
        new("methods.md", MethodsPage.Text),
        new("operators.md", OperatorsPage.Text),
        new("parameters.md", ParametersPage.Text),
        new("settings.md", SettingsPage.Text),
        new("metrics.md", MetricsPage.Text),
        new("faithfulness.md", FaithfulnessPage.Text),
    ];
}
