namespace Explain.Engine.Demo;

/// <summary>The embedded demo model.</summary>
public static class DemoAssets
{
    /// <summary>Name under which the demo model is served.</summary>
    public const string ModelName = "demo";

    /// <summary>Opens an embedded file, or returns null when there is none of that name.</summary>
    public static Stream? Open(string name) => typeof(DemoAssets).Assembly.GetManifestResourceStream($"demo/{name}");
}
