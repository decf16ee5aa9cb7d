using System.IO.Compression;
using Explain.Kernels.Deflate;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests;

public class DeflateStripTests
{
    [Theory]
    [MemberData(nameof(Lengths), MemberType = typeof(Samples))]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(200_000)]
    public void NoiseComesBackFromZlibAndGrowsByNextToNothing(int length)
    {
        var packed = Packed(Bytes(length));
        Assert.Equal(Bytes(length), Unpacked(packed));
        Assert.InRange(packed.Length, 0, length + 5 * (length / 65_535) + 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(33)]
    [InlineData(258)]
    [InlineData(259)]
    [InlineData(275)]
    [InlineData(10_000)]
    public void RunsOfEveryLengthComeBack(int length)
    {
        byte[] source = [9, .. Enumerable.Repeat((byte)200, length), 7, .. Enumerable.Repeat((byte)0, length), .. Bytes(40)];
        Assert.Equal(source, Unpacked(Packed(source)));
    }

    [Fact]
    public void EveryLengthOfAMatchComesBack()
    {
        var source = Enumerable.Range(1, 300).SelectMany(n => Enumerable.Repeat((byte)n, n).Append((byte)(n + 7))).ToArray();
        Assert.Equal(source, Unpacked(Packed(source)));
    }

    [Fact]
    public void OneColourTakesNearlyNothing() => Assert.InRange(Packed(new byte[260_000]).Length, 1, 500);

    // Counts that double need codes as long as there are symbols, were it not for the limit.
    [Fact]
    public void CodesThatWouldBeTooLongAreLimited()
    {
        var random = new Random(5);
        var source = Enumerable.Range(0, 17).SelectMany(k => Enumerable.Repeat((byte)(k * 13), 1 << k)).ToArray();
        random.Shuffle(source);
        var packed = Packed(source);
        Assert.Equal(source, Unpacked(packed));
        Assert.InRange(packed.Length, 1, source.Length / 3);
    }

    [Theory]
    [InlineData(2, 7)]
    [InlineData(3, 2)]
    [InlineData(19, 7)]
    [InlineData(20, 12)]
    [InlineData(286, 12)]
    [InlineData(286, 9)]
    public void CodesAreCompleteWithinTheirLimitAndAsShortAsTheyCanBe(int symbols, int longest)
    {
        foreach (var growth in new[] { 1.0, 1.02, 1.3, 2.2 })
        {
            var counts = Enumerable.Range(0, symbols).Select(s => (int)Math.Min(Math.Pow(growth, s), 1_000_000)).ToArray();
            var lengths = new byte[symbols];
            PrefixCode.Lengths(counts, longest, lengths);

            Assert.All(lengths, length => Assert.InRange(length, 1, longest));
            Assert.Equal(1 << longest, lengths.Sum(length => 1 << (longest - length)));
            for (var s = 1; s < symbols; s++)
                Assert.True(counts[s - 1] == counts[s] || lengths[s - 1] >= lengths[s], "a rarer symbol has a shorter code");
            var entropy = counts.Sum(c => c * Math.Log2(counts.Sum(n => (double)n) / c));
            var bits = counts.Zip(lengths, (c, l) => (double)c * l).Sum();
            Assert.InRange(bits, entropy - 1e-6, Math.Max(entropy * 1.2, entropy + counts.Sum(c => (double)c)));
        }
    }

    [Fact]
    public void PiecesOneAfterTheOtherAreOneStream()
    {
        byte[][] pieces = [Bytes(1000), new byte[5000], [], [1], Bytes(70_000, seed: 3)];
        Assert.Equal(pieces.SelectMany(p => p), Unpacked(pieces.SelectMany(Packed).ToArray()));
    }

    [Fact]
    public void ADestinationThatIsTooSmallIsRefused() =>
        Assert.Throws<ArgumentException>(() => DeflateStrip.Write(new byte[100], new byte[DeflateStrip.MostBytes(100) - 1]));

    private static byte[] Packed(byte[] source)
    {
        var destination = new byte[DeflateStrip.MostBytes(source.Length)];
        return destination[..DeflateStrip.Write(source, destination)];
    }

    private static byte[] Unpacked(byte[] pieces)
    {
        using var stream = new DeflateStream(new MemoryStream([.. pieces, .. DeflateStrip.End]), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
