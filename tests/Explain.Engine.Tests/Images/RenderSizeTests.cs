using Explain.Engine.Images;

namespace Explain.Engine.Tests.Images;

public class RenderSizeTests
{
    [Theory]
    [InlineData("")]
    [InlineData("Original")]
    [InlineData("0x10")]
    [InlineData("10x")]
    [InlineData("-1x4")]
    [InlineData("10x4097")]
    [InlineData("1x2x3")]
    [InlineData("max:0")]
    [InlineData("max:4097")]
    [InlineData("max:")]
    [InlineData("max:10x10")]
    [InlineData("Max:10")]
    public void OtherSizesAreNotParsed(string size) => Assert.False(RenderSize.TryParse(size, out _));
}
