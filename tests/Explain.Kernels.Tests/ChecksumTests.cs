using Explain.Kernels.Deflate;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests;

public class ChecksumTests
{
    // From RFC 1950's definition and the check value of the CRC catalogue.
    [Fact]
    public void KnownTextsHaveTheirPublishedSums()
    {
        Assert.Equal(0x11E60398u, Adler32.Of("Wikipedia"u8));
        Assert.Equal(0xCBF43926u, Crc32.Of("123456789"u8));
        Assert.Equal(Adler32.Empty, Adler32.Of([]));
        Assert.Equal(0u, Crc32.Of([]));
    }

    [Theory]
    [MemberData(nameof(Lengths), MemberType = typeof(Samples))]
    [InlineData(400_000)]
    public void SumsAreThoseOfTheScalarDefinitions(int length)
    {
        foreach (var bytes in new[] { Bytes(length), Enumerable.Repeat((byte)255, length).ToArray() })
        {
            Assert.Equal(Reference.Adler(bytes), Adler32.Of(bytes));
            Assert.Equal(Reference.Crc(bytes), Crc32.Of(bytes));
        }
    }

    [Fact]
    public void TheSumOfTwoPartsIsThatOfTheWhole()
    {
        var whole = Bytes(200_000);
        foreach (var cut in new[] { 0, 1, 65520, 65521, 65522, 131042, 200_000 })
        {
            var combined = Adler32.Combine(Adler32.Of(whole.AsSpan(0, cut)), Adler32.Of(whole.AsSpan(cut)), whole.Length - cut);
            Assert.Equal(Adler32.Of(whole), combined);
        }
    }
}
