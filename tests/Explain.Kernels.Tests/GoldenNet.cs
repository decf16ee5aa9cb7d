namespace Explain.Kernels.Tests;

/// <summary>
/// The small net on which the peers' code was run (shared/reference/methods.md, section 2.8): 2 channels of 2x3 pixels, a 2x2
/// convolution to 3 channels, ReLU, global average pooling, a linear layer; here its logit of class 0.
/// </summary>
internal static class GoldenNet
{
    /// <summary>The input, and as well the value of the target layer, [2, 2, 3].</summary>
    public static readonly float[] Values = [1, 0.5f, 0, 2, 0, 1.5f, 0, 1, 0.25f, 0.75f, 3, 0];

    /// <summary>Of the logit by the target layer's value, [2, 2, 3].</summary>
    public static readonly float[] Gradients =
    [
        0.35f,
        -0.3625f,
        -0.4875f,
        -0.15f,
        0.4125f,
        0.2875f,
        0.325f,
        0.6625f,
        0.0625f,
        -0.1875f,
        0,
        0.3625f,
    ];

    // csharpier-ignore
    private static readonly double[] Kernels =
    [
        0.5, -1, 0.25, 0.5, 1, 0, -0.5, 0.75,
        -0.3, 0.6, 0.9, -0.2, 0.4, -0.7, 0.1, 0.8,
        0.2, 0.1, -0.4, 0.3, -0.6, 0.5, 0.7, -0.1,
    ];

    private static readonly double[] Biases = [0.1, -2, 0.05];

    private static readonly double[] Head = [1, -0.5, 0.25];

    /// <summary>The logit of class 0 for an input [2, 2, 3]: 1.5 for <see cref="Values"/>.</summary>
    public static double Logit(ReadOnlySpan<float> input)
    {
        var logit = 0.05;
        for (var place = 0; place < 2; place++)
        {
            for (var unit = 0; unit < 3; unit++)
            {
                var sum = Biases[unit];
                for (var tap = 0; tap < 8; tap++)
                    sum += Kernels[8 * unit + tap] * input[6 * (tap / 4) + 3 * (tap / 2 % 2) + tap % 2 + place];
                logit += Head[unit] * Math.Max(sum, 0) / 2;
            }
        }

        return logit;
    }
}
