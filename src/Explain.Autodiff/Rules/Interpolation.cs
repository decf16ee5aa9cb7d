using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>How a value between pixels is made of those around it.</summary>
internal enum Kernel
{
    /// <summary>The nearest pixel, the even one of two.</summary>
    Nearest,

    /// <summary>Two pixels an axis.</summary>
    Linear,

    /// <summary>Four pixels an axis (Keys' cubic convolution with a = -0.75).</summary>
    Cubic,
}

/// <summary>What lies beyond the image.</summary>
internal enum Border
{
    /// <summary>Zeros.</summary>
    Zeros,

    /// <summary>The pixel at the border.</summary>
    Nearest,

    /// <summary>The image mirrored at the borders of its outer pixels.</summary>
    Mirrored,

    /// <summary>The image mirrored at the centres of its outer pixels.</summary>
    MirroredAtCentres,
}

/// <summary>Values of an image between its pixels, as sums of products of weights and pixels: all that is differentiable of it.</summary>
internal static class Interpolation
{
    private const double CubicCoefficient = -0.75;

    /// <summary>Reads an image at positions.</summary>
    /// <param name="image">[N, C, D0, D1, …].</param>
    /// <param name="positions">Where, in pixels, [N, P] an axis of space.</param>
    /// <param name="kernel">How many pixels make a value.</param>
    /// <param name="border">What lies beyond.</param>
    /// <returns>[N, C, P].</returns>
    public static Value At(Value image, IReadOnlyList<Value> positions, Kernel kernel, Border border)
    {
        var extents = positions.Select((_, axis) => Extent(image, 2 + axis)).ToArray();
        var flat = Reshape(image, 0, 0, -1);
        var shape = Concat(0, Extent(flat, 0), Extent(flat, 1), Extent(positions[0], 1));
        Value? sum = null;
        foreach (var tap in Taps([.. positions.Select((p, axis) => Padded(Taps(p, kernel), extents[axis], border))], extents))
        {
            var pixels = Emit(
                "GatherElements",
                [flat, Expand(Unsqueeze(tap.Index, Ints(image.Graph, 1)), shape)],
                Attributes.Of("axis", 2)
            );
            var term = tap.Weight is { } weight ? pixels * Unsqueeze(weight, Ints(image.Graph, 1)) : pixels;
            sum = sum is { } before ? before + term : term;
        }
        return sum!.Value;
    }

    // One pixel of a sum: its position, int64 [N, P], and its factor (null: 1).
    private readonly record struct Tap(Value Index, Value? Weight);

    private static Tap[] Taps(Value position, Kernel kernel)
    {
        if (kernel == Kernel.Nearest)
            return [new(Cast(Emit("Round", [position]), DataType.Int64), null)];
        var low = Emit("Floor", [position]);
        var (at, t) = (Cast(low, DataType.Int64), position - low);
        return kernel == Kernel.Linear
            ? [new(at, 1 - t), new(at + 1, t)]
            : [new(at - 1, Outer(t)), new(at, Inner(t)), new(at + 1, Inner(1 - t)), new(at + 2, Outer(1 - t))];
    }

    // At a distance t ≤ 1: (a + 2) t³ - (a + 3) t² + 1.
    private static Value Inner(Value t) => (t * (CubicCoefficient + 2) - (CubicCoefficient + 3)) * t * t + 1;

    // At a distance 1 + t: a ((1 + t)³ - 5 (1 + t)² + 8 (1 + t) - 4) = a t (1 - t)².
    private static Value Outer(Value t) => t * (1 - t) * (1 - t) * CubicCoefficient;

    private static Tap[] Padded(Tap[] taps, Value extent, Border border) =>
        [
            .. taps.Select(tap =>
                border switch
                {
                    Border.Zeros => new Tap(Clamped(tap.Index, extent), Inside(tap, extent)),
                    Border.Nearest => tap with { Index = Clamped(tap.Index, extent) },
                    Border.Mirrored => tap with { Index = Mirrored(tap.Index, extent + extent, 1, extent) },
                    _ => tap with { Index = Mirrored(tap.Index, Emit("Max", [extent + extent - 2, extent.Scalar(1)]), 0, extent) },
                }
            ),
        ];

    private static Value Inside(Tap tap, Value extent)
    {
        var element = tap.Weight?.Element ?? DataType.Float;
        var inside = Emit("And", [Less(tap.Index.Scalar(-1), tap.Index), Less(tap.Index, extent)]);
        return tap.Weight is { } weight ? weight * Cast(inside, element) : Cast(inside, element);
    }

    private static Value Clamped(Value index, Value extent) => Emit("Min", [Emit("Max", [index, index.Scalar(0)]), extent - 1]);

    // The way back mirrors the way there.
    private static Value Mirrored(Value index, Value period, int shift, Value extent)
    {
        var there = Emit("Mod", [index, period]);
        return Clamped(Emit("Min", [there, period - shift - there]), extent);
    }

    // A pixel of the image is one of each axis.
    private static Tap[] Taps(Tap[][] axes, Value[] extents) =>
        axes.Length == 1
            ? axes[0]
            :
            [
                .. Taps(axes[..^1], extents[..^1])
                    .SelectMany(
                        _ => axes[^1],
                        (outer, inner) =>
                            new Tap(
                                outer.Index * extents[^1] + inner.Index,
                                outer.Weight is { } a && inner.Weight is { } b ? a * b : outer.Weight ?? inner.Weight
                            )
                    ),
            ];
}
