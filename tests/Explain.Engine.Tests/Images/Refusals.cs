using Explain.Engine.Images;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Images;

/// <summary>Files that must be refused.</summary>
internal static class Refusals
{
    public const long MaxPixels = 40_000_000;

    public static ExplainException Assert(IImageCodec codec, ExplainError error, byte[] file)
    {
        var refusal = Xunit.Assert.Throws<ExplainException>(() => codec.Decode(file, MaxPixels));
        Xunit.Assert.Equal(error, refusal.Error);
        foreach (var library in new[] { "vips", "imagesharp" })
            Xunit.Assert.DoesNotContain(library, refusal.Message, StringComparison.OrdinalIgnoreCase);
        return refusal;
    }
}
