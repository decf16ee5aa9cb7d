namespace Explain.Engine.Vocabulary;

/// <summary>Whose constants and order of steps are used where they differ from the paper.</summary>
public enum Compat
{
    /// <summary>The paper's formula.</summary>
    None,

    /// <summary>pytorch-grad-cam.</summary>
    PytorchGradCam,

    /// <summary>torch-cam.</summary>
    TorchCam,

    /// <summary>Captum.</summary>
    Captum,

    /// <summary>OpenVINO XAI.</summary>
    OpenvinoXai,
}

/// <summary>The names of conventions in the API.</summary>
public static class Conventions
{
    private static readonly (string Name, Compat Compat)[] Table =
    [
        ("none", Compat.None),
        ("pytorch-grad-cam", Compat.PytorchGradCam),
        ("torch-cam", Compat.TorchCam),
        ("captum", Compat.Captum),
        ("openvino-xai", Compat.OpenvinoXai),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(c => c.Name)];

    /// <summary>The convention of a name.</summary>
    public static Compat Of(string name) => Table.First(c => c.Name == name).Compat;

    /// <summary>The name of a convention.</summary>
    public static string NameOf(Compat compat) => Table.First(c => c.Compat == compat).Name;
}
