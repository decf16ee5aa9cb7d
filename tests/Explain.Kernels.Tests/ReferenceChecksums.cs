namespace Explain.Kernels.Tests;

internal static partial class Reference
{
    public static uint Adler(byte[] bytes)
    {
        var (sum, sums) = (1u, 0u);
        foreach (var value in bytes)
        {
            sum = (sum + value) % 65521;
            sums = (sums + sum) % 65521;
        }
        return sums * 65536 + sum;
    }

    /// <summary>Division of polynomials, bit by bit.</summary>
    public static uint Crc(byte[] bytes)
    {
        var rest = uint.MaxValue;
        foreach (var value in bytes)
        {
            rest ^= value;
            for (var bit = 0; bit < 8; bit++)
                rest = rest % 2 == 1 ? 0xEDB88320 ^ (rest / 2) : rest / 2;
        }
        return ~rest;
    }
}
