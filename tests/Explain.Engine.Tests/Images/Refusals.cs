using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Images;

/// <summary>Files that must be refused.</summary>
internal static class Refusals
{
    public const long MaxPixels = 40_000_000;

    public static ExplainException Assert(ExplainError error, byte[] file)
    {
        var refusal = Xunit.Assert.Throws<ExplainException>(() => TestImages.Codec.Decode(file, MaxPixels));
        Xunit.Assert.Equal(error, refusal.Error);
        Xunit.Assert.DoesNotContain("vips", refusal.Message, StringComparison.OrdinalIgnoreCase);
        return refusal;
    }
}
