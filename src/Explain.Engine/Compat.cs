namespace Explain.Engine;

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

/// <summary>The names of <see cref="Compat"/> in the API.</summary>
public static class CompatNames
{
    private static readonly Dictionary<string, Compat> Table = new()
    {
        ["none"] = Compat.None,
        ["pytorch-grad-cam"] = Compat.PytorchGradCam,
        ["torch-cam"] = Compat.TorchCam,
        ["captum"] = Compat.Captum,
        ["openvino-xai"] = Compat.OpenvinoXai,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Table.Keys];

    /// <summary>The member of a name.</summary>
    public static Compat Parse(string name) => Table[name];

    /// <summary>The name of a member.</summary>
    public static string Of(Compat compat) => Table.First(p => p.Value == compat).Key;
}
