using System.Numerics.Tensors;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Service.AuditTrail;

/// <summary>A raw map in a kilobyte at most: whole numbers of 8 bits, 0 stays 0, signs stay.</summary>
/// <param name="Height">Rows, at most <see cref="MostSide"/>.</param>
/// <param name="Width">Columns, at most <see cref="MostSide"/>.</param>
/// <param name="Peak">The largest magnitude: what 127 stands for.</param>
/// <param name="Content">Row-major, a signed byte each.</param>
internal sealed record QuantizedMap(int Height, int Width, float Peak, byte[] Content)
{
    /// <summary>Sides that are longer are made as long, each value the mean of the area that it covers.</summary>
    public const int MostSide = 32;

    private const int Levels = sbyte.MaxValue;

    /// <summary>Makes a map small.</summary>
    public static QuantizedMap Of(SaliencyMap map)
    {
        var (height, width) = (Math.Min(map.Height, MostSide), Math.Min(map.Width, MostSide));
        var values = map.Values;
        if ((height, width) != (map.Height, map.Width))
        {
            values = new float[height * width];
            AreaMean.Resize(map.Values, map.Height, map.Width, values, height, width);
        }
        var peak = Math.Abs(TensorPrimitives.MaxMagnitude<float>(values));
        return new QuantizedMap(height, width, peak, [.. values.Select(v => (byte)(sbyte)MathF.Round(peak > 0 ? v / peak * Levels : 0))]);
    }

    /// <summary>The values again, each off by half a step at most.</summary>
    public float[] Values() => Array.ConvertAll(Content, b => (sbyte)b / (float)Levels * Peak);
}
