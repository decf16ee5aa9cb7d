using NetVips;
using static Explain.Engine.Tests.Images.TestImages;

namespace Explain.Engine.Tests.Images;

/// <inheritdoc/>
public sealed class VipsImageDecodeTests() : ImageDecodeTests(Codec)
{
    [Fact]
    public void OnlyTheFirstFrameOfAWebpIsRead() => AssertFirstFrame(".webp[lossless=true]");

    [Fact]
    public void LabBecomesRgb()
    {
        using var lab = Samples(Repeat(16, 53.24f, 80.09f, 67.2f), 4, 4, Enums.BandFormat.Float, Enums.Interpretation.Lab);

        AssertNear((255, 0, 0), At(Codec.Decode(lab.TiffsaveBuffer(), Refusals.MaxPixels, TestContext.Current.CancellationToken), 1, 1), 3);
    }

    [Fact]
    public void CmykOfATiffBecomesRgb()
    {
        using var paper = Samples(Repeat<byte>(64, 0, 0, 0, 0), 8, 8, Enums.BandFormat.Uchar, Enums.Interpretation.Cmyk);

        var decoded = Codec.Decode(paper.TiffsaveBuffer(), Refusals.MaxPixels, TestContext.Current.CancellationToken);

        AssertNear((255, 255, 255), At(decoded, 4, 4), 6);
    }
}
