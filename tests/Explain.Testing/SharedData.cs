namespace Explain.Testing;

/// <summary>The folder of reference data beside the checkout; tests that need it are skipped without it.</summary>
public static class SharedData
{
    /// <summary>What a skipped test says.</summary>
    public const string Missing = "needs the reference data folder 'shared' beside the checkout";

    /// <summary>The folder, or null when it is not there.</summary>
    public static string? Root { get; } = Find();

    /// <summary>A path below the folder.</summary>
    public static string Path(params string[] parts) => System.IO.Path.Combine([Root!, .. parts]);

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(System.IO.Path.Combine(folder.FullName, "ExplainService.sln")))
                continue;
            var shared = System.IO.Path.Combine(folder.Parent!.FullName, "shared");
            return Directory.Exists(System.IO.Path.Combine(shared, "oracle")) ? shared : null;
        }
        return null;
    }
}
