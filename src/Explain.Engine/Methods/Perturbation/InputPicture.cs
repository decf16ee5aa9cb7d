using System.Numerics.Tensors;
using Explain.Engine.Images;

namespace Explain.Engine.Methods.Perturbation;

/// <summary>One row of the model's input, to be looked at through masks, in whatever layout it is.</summary>
internal sealed class InputPicture
{
    private readonly float[] _values;
    private readonly bool _channelsFirst;

    /// <summary>The input of a probe.</summary>
    public InputPicture(Probe probe)
    {
        var (spec, input) = (probe.Study.Model.Description.Input, probe.Input);
        _values = input.Values;
        _channelsFirst = spec.Layout == TensorLayout.Nchw;
        (Height, Width) = InputExtent.Of(spec, input);
        Channels = _values.Length / Area;
    }

    /// <summary>Number of channels.</summary>
    public int Channels { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Pixels.</summary>
    public int Area => Height * Width;

    /// <summary>Every value of a pixel times the mask at the pixel: what a mask hides becomes 0, which is the mean colour for most models.</summary>
    /// <param name="mask">Row-major [h, w].</param>
    /// <param name="destination">Receives the picture, shaped like the input.</param>
    public void Through(ReadOnlySpan<float> mask, Span<float> destination)
    {
        if (_channelsFirst)
        {
            for (var at = 0; at < _values.Length; at += mask.Length) TensorPrimitives.Multiply(_values.AsSpan(at, mask.Length), mask, destination.Slice(at, mask.Length));
            return;
        }
        for (var pixel = 0; pixel < mask.Length; pixel++)
            TensorPrimitives.Multiply(_values.AsSpan(pixel * Channels, Channels), mask[pixel], destination.Slice(pixel * Channels, Channels));
    }
}
