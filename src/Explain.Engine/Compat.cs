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
