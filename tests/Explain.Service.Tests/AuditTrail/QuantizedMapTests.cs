using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail;

namespace Explain.Service.Tests.AuditTrail;

/// <summary>Maps in a kilobyte.</summary>
public sealed class QuantizedMapTests
{
    [Fact]
    public void ZeroAndSignsStayAndOtherValuesAreOffByHalfAStepAtMost()
    {
        var values = new[] { -2f, 0, 1e-9f, 0.5f, 1, 2.54f };
        var map = QuantizedMap.Of(new SaliencyMap(2, 3, values, 0.5f));
        Assert.Equal((2, 3, 2.54f), (map.Height, map.Width, map.Peak));
        var read = map.Values();
        Assert.Equal([-2f, 0, 0, 0.5f, 1, 2.54f], read.Select(v => MathF.Round(v, 2)));
        Assert.All(values.Zip(read), v => Assert.InRange(Math.Abs(v.First - v.Second), 0, map.Peak / 127 / 2 + 1e-6));
    }

    [Fact]
    public void AMapOfZerosIsOneAgain()
    {
        var map = QuantizedMap.Of(new SaliencyMap(7, 7, new float[49], 0));
        Assert.Equal(0, map.Peak);
        Assert.All(map.Values(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void LongSidesAreMadeShorterByArea()
    {
        // The left half is 1, the right one -1, whatever the rows: 224 columns on 32, three rows as they are.
        var values = Enumerable.Range(0, 3 * 224).Select(i => i % 224 < 112 ? 1f : -1f).ToArray();
        var map = QuantizedMap.Of(new SaliencyMap(3, 224, values, 0.5f));
        Assert.Equal((3, 32, 96), (map.Height, map.Width, map.Content.Length));
        Assert.Equal(Enumerable.Range(0, 96).Select(i => i % 32 < 16 ? 1f : -1f), map.Values());
        Assert.Equal(1024, QuantizedMap.Of(new SaliencyMap(500, 300, new float[150_000], 0)).Content.Length);
    }
}
