namespace Explain.Engine.Methods.Layers;

/// <summary>One channel of the evidence at a target layer.</summary>
internal readonly ref struct Channel
{
    /// <summary>Number of the channel, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Feature map A_k, row-major [h·w].</summary>
    public required ReadOnlySpan<float> Activation { get; init; }

    /// <summary>∂y/∂A_k, shaped like the feature map.</summary>
    public required ReadOnlySpan<float> Gradient { get; init; }

    /// <summary>Room of the size of a feature map.</summary>
    public required Span<float> Scratch { get; init; }

    /// <summary>Room of the size of a feature map.</summary>
    public required Span<float> Scratch2 { get; init; }
}
