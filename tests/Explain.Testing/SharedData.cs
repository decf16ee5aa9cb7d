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
        var shared = System.IO.Path.Combine(Checkout.Root, "..", "shared");
        return Directory.Exists(System.IO.Path.Combine(shared, "oracle")) ? System.IO.Path.GetFullPath(shared) : null;
    }
}
