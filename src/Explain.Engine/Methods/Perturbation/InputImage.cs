using System.Numerics.Tensors;
using Explain.Engine.Images;
using Explain.Engine.Methods.Probing;

namespace Explain.Engine.Methods.Perturbation;

/// <summary>One item of the model's input, to be looked at through masks, in whatever layout it is.</summary>
internal sealed class InputImage
{
    private readonly float[] _values;
    private readonly bool _channelsFirst;

    /// <summary>The input of a probe.</summary>
    public InputImage(Probe probe)
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

    /// <summary>The image with its channels first, [c, h, w].</summary>
    public float[] Planes()
    {
        if (_channelsFirst)
            return _values;
        var planes = new float[_values.Length];
        for (var i = 0; i < planes.Length; i++)
            planes[i] = _values[i % Area * Channels + i / Area];
        return planes;
    }

    /// <summary>Writes planes in the layout of the input.</summary>
    /// <param name="planes">Channels first, [c, h, w].</param>
    /// <param name="destination">Receives them, shaped like the input.</param>
    public void Write(ReadOnlySpan<float> planes, Span<float> destination)
    {
        if (_channelsFirst)
        {
            planes.CopyTo(destination);
        }
        else
        {
            for (var i = 0; i < planes.Length; i++)
                destination[i % Area * Channels + i / Area] = planes[i];
        }
    }

    /// <summary>
    /// Every value of a pixel times the mask at the pixel: what a mask hides becomes 0, which is the mean colour for most models.
    /// </summary>
    /// <param name="mask">Row-major [h, w].</param>
    /// <param name="destination">Receives the image, shaped like the input.</param>
    public void Through(ReadOnlySpan<float> mask, Span<float> destination)
    {
        if (_channelsFirst)
        {
            for (var at = 0; at < _values.Length; at += mask.Length)
                TensorPrimitives.Multiply(_values.AsSpan(at, mask.Length), mask, destination.Slice(at, mask.Length));
            return;
        }
        for (var pixel = 0; pixel < mask.Length; pixel++)
        {
            TensorPrimitives.Multiply(
                _values.AsSpan(pixel * Channels, Channels),
                mask[pixel],
                destination.Slice(pixel * Channels, Channels)
            );
        }
    }

    /// <summary>The image where the mask shows it, another one where it does not.</summary>
    /// <param name="mask">Row-major [h, w].</param>
    /// <param name="behind">The other one, shaped like the input.</param>
    /// <param name="destination">Receives the image, shaped like the input.</param>
    public void Through(ReadOnlySpan<float> mask, ReadOnlySpan<float> behind, Span<float> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            var shown = mask[_channelsFirst ? i % mask.Length : i / Channels];
            destination[i] = shown * _values[i] + (1 - shown) * behind[i];
        }
    }

    /// <summary>The image with every segment in its mean colour, shaped like the input.</summary>
    /// <param name="segments">A number for each pixel.</param>
    /// <param name="count">How many segments there are.</param>
    public float[] Flat(ReadOnlySpan<int> segments, int count)
    {
        var (sums, sizes, flat) = (new double[count * Channels], new int[count], new float[_values.Length]);
        foreach (var segment in segments)
            sizes[segment]++;
        for (var i = 0; i < flat.Length; i++)
            sums[Color(i, segments)] += _values[i];
        for (var i = 0; i < flat.Length; i++)
            flat[i] = (float)(sums[Color(i, segments)] / sizes[segments[_channelsFirst ? i % Area : i / Channels]]);
        return flat;
    }

    private int Color(int index, ReadOnlySpan<int> segments) =>
        _channelsFirst ? segments[index % Area] * Channels + index / Area : segments[index / Channels] * Channels + index % Channels;
}
