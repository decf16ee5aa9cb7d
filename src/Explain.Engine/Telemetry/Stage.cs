namespace Explain.Engine.Telemetry;

/// <summary>The parts of an answer, in their order.</summary>
public enum Stage
{
    /// <summary>Bytes to pixels, or to tensors.</summary>
    Decode,

    /// <summary>Pixels to the model's input.</summary>
    Preprocess,

    /// <summary>Waiting for a turn.</summary>
    Queue,

    /// <summary>ONNX Runtime, forward and backward.</summary>
    Run,

    /// <summary>Feature maps and gradients to the map.</summary>
    Map,

    /// <summary>The map to a picture.</summary>
    Draw,

    /// <summary>Pictures and numbers to the bytes of the answer.</summary>
    Encode,
}
