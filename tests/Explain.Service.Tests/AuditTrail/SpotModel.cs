using Explain.Engine.Images;
using Explain.Testing;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Service.Tests.AuditTrail;

/// <summary>A model whose Grad-CAM is the brightness of the picture: it looks where a spot is.</summary>
internal static class SpotModel
{
    public const string Name = "spot";

    private const int Side = 32;
    private static readonly VipsImageCodec Codec = new();

    public static void Write(string models)
    {
        var folder = Directory.CreateDirectory(Path.Combine(models, Name)).FullName;
        var net = new TinyGraph(known: Known.AllButBatch)
            .Input("x", 1, 3, Side, Side)
            .Weight("w", Tensor.Of([1, 3, 4, 4], [.. Enumerable.Repeat(1 / 48.0, 48)]))
            .Node("Conv", "x w", "c", Of("kernel_shape", [4, 4]), Of("strides", [4, 4]))
            .Node("Relu", "c", "l")
            .Node("GlobalAveragePool", "l", "p")
            .Node("Flatten", "p", "f")
            .Weight("head", Tensor.Of([2, 1], 1, -1))
            .Node("Gemm", "f head", "scores", Of("transB", 1))
            .Output("scores");
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), net.ToBytes());
        File.WriteAllLines(Path.Combine(folder, "labels.txt"), ["bright", "dark"]);
    }

    /// <summary>Pictures with a bright square near a place of the picture, each a little elsewhere.</summary>
    public static IEnumerable<byte[]> Pictures(int row, int column, int count)
    {
        for (var n = 0; n < count; n++)
        {
            var pixels = new byte[Side * Side * 3];
            for (var i = 0; i < pixels.Length; i++)
            {
                var (y, x) = (i / 3 / Side - row - n % 3, i / 3 % Side - column - n % 2);
                pixels[i] = y is >= 0 and < 8 && x is >= 0 and < 8 ? (byte)(200 + n) : (byte)0;
            }
            yield return Codec.Encode(new RgbImage(Side, Side, pixels), ImageFormat.Png);
        }
    }
}
