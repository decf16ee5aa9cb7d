using Explain.Engine.Vocabulary;
using static Explain.Engine.Tests.Images.TestImages;

namespace Explain.Engine.Tests.Images;

public class BmpReaderTests
{
    private static readonly byte[] RedThenBlueRow = [0, 0, 255, 255, 0, 0, 0, 0];
    private static readonly byte[] GreenThenWhiteRow = [0, 255, 0, 255, 255, 255, 0, 0];

    [Fact]
    public void BottomUpRowsAreTurnedOver()
    {
        var image = Codec.Decode(
            BmpBytes.Of(2, 2, 24, 0, [], [.. GreenThenWhiteRow, .. RedThenBlueRow]),
            100,
            TestContext.Current.CancellationToken
        );

        Assert.Equal([255, 0, 0, 0, 0, 255, 0, 255, 0, 255, 255, 255], image.Pixels);
    }

    [Fact]
    public void TopDownRowsStay()
    {
        var image = Codec.Decode(
            BmpBytes.Of(2, -2, 24, 0, [], [.. RedThenBlueRow, .. GreenThenWhiteRow]),
            100,
            TestContext.Current.CancellationToken
        );

        Assert.Equal([255, 0, 0, 0, 0, 255, 0, 255, 0, 255, 255, 255], image.Pixels);
    }

    [Fact]
    public void ThePaletteIsLookedUp()
    {
        var image = Codec.Decode(
            BmpBytes.Of(2, 1, 8, 0, [1, 2, 3, 0, 9, 8, 7, 0], [1, 0, 0, 0]),
            100,
            TestContext.Current.CancellationToken
        );

        Assert.Equal([7, 8, 9, 3, 2, 1], image.Pixels);
    }

    [Fact]
    public void APaletteIndexOutOfRangeIsCorrupt() =>
        Refusals.Assert(Codec, ExplainError.ImageCorrupt, BmpBytes.Of(2, 1, 8, 0, [1, 2, 3, 0, 9, 8, 7, 0], [2, 0, 0, 0]));

    [Fact]
    public void ThirtyTwoBitsWithoutFieldsHaveNoAlpha()
    {
        var image = Codec.Decode(BmpBytes.Of(1, 1, 32, 0, [], [30, 20, 10, 0]), 100, TestContext.Current.CancellationToken);

        Assert.Equal([10, 20, 30], image.Pixels);
    }

    [Fact]
    public void BitFieldsSayWhereTheColoursAre()
    {
        byte[] masks = [0xFF, 0, 0, 0, 0, 0xFF, 0, 0, 0, 0, 0xFF, 0];

        var image = Codec.Decode(BmpBytes.Of(1, 1, 32, 3, masks, [10, 20, 30, 0]), 100, TestContext.Current.CancellationToken);

        Assert.Equal([10, 20, 30], image.Pixels);
    }

    [Fact]
    public void FiveSixFiveFillsTheWholeRange()
    {
        byte[] masks = [0, 0xF8, 0, 0, 0xE0, 0x07, 0, 0, 0x1F, 0, 0, 0];

        var image = Codec.Decode(BmpBytes.Of(2, 1, 16, 3, masks, [0xFF, 0xFF, 0x00, 0xF8]), 100, TestContext.Current.CancellationToken);

        Assert.Equal([255, 255, 255, 255, 0, 0], image.Pixels);
    }

    [Fact]
    public void ACutFileIsCorrupt() => Refusals.Assert(Codec, ExplainError.ImageCorrupt, BmpBytes.Of(2, 2, 24, 0, [], RedThenBlueRow));

    [Fact]
    public void AHugeHeaderIsRefusedBeforeItsPixelsAreMissed() =>
        Refusals.Assert(Codec, ExplainError.ImageTooLarge, BmpBytes.Of(30_000, 30_000, 24, 0, [], []));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-3, 1)]
    [InlineData(1, 0)]
    public void SidesBelowOneAreCorrupt(int width, int height) =>
        Refusals.Assert(Codec, ExplainError.ImageCorrupt, BmpBytes.Of(width, height, 24, 0, [], new byte[64]));

    [Fact]
    public void RunLengthsAreNotRead() =>
        Refusals.Assert(Codec, ExplainError.UnsupportedMediaType, BmpBytes.Of(2, 1, 8, 1, new byte[1024], [2, 0, 0, 1]));
}
