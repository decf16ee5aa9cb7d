using Explain.Engine.Methods.Options;
using Explain.Engine.Turns;

namespace Explain.Engine.Explaining;

/// <summary>What a request takes at most, known before any of it is done.</summary>
/// <param name="Passes">Batch items that go through the model.</param>
/// <param name="Maps">Maps that are answered.</param>
/// <param name="Bytes">
/// Memory for feature maps and gradients, for the maps and for the answer that is written of them; without the image, and what is drawn on
/// it.
/// </param>
public sealed record Price(PassCount Passes, int Maps, long Bytes)
{
    // A gradient pass goes through the model twice.
    private const int Backward = 2;

    // Some gradients of one image, or a few predictions.
    private const int LightWork = 16;

    /// <summary>What is drawn.</summary>
    internal Drawing Drawing { get; init; }

    /// <summary>Its passes in terms of forward passes.</summary>
    public long Work => (long)Passes.Forward + Passes.Head + Backward * (long)Passes.Backward;

    /// <summary>Which lane it belongs into.</summary>
    public Lane Lane => Work <= LightWork ? Lane.Light : Lane.Heavy;

    /// <summary>All memory, once the extent of the image is known.</summary>
    /// <param name="imagePixels">Pixels of the largest image of the request.</param>
    public long MemoryFor(long imagePixels) => Bytes + Drawing.Bytes(imagePixels, Maps);

    /// <summary>That of running the model forward.</summary>
    /// <param name="items">Batch items.</param>
    public static Price OfForward(int items) => new(new PassCount(items, 0, 0), 0, 0);

    /// <summary>Both together.</summary>
    public static Price operator +(Price one, Price other) =>
        new(one.Passes + other.Passes, one.Maps + other.Maps, one.Bytes + other.Bytes) { Drawing = one.Drawing };
}
