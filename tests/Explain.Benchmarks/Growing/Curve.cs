namespace Explain.Benchmarks.Growing;

/// <summary>How one of the things that make a request large makes its answer slow.</summary>
/// <param name="Name">How it is called on the command line.</param>
/// <param name="Unit">What the points count.</param>
/// <param name="Points">From small to large.</param>
/// <param name="Load">What is asked at a point; the answers of one load make one time.</param>
internal sealed record Curve(string Name, string Unit, IReadOnlyList<int> Points, Func<int, GrowingLoad> Load)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Curve> All { get; } =
    [
        new("batch", "items of a tensor request", [1, 2, 4, 8, 16, 32, 64], n => new GrowingLoad(new GrowingNet()) { Items = n }),
        new("picture", "pixels along each side of picture and input", [112, 224, 448, 672, 1024], n => new GrowingLoad(
            new GrowingNet { Size = n }
        )),
        new("channels", "channels of the target layer", [32, 128, 512, 2048], n => new GrowingLoad(new GrowingNet { Channels = n })),
        new("classes", "classes", [10, 100, 1000, 10_000, 100_000], n => new GrowingLoad(new GrowingNet { Classes = n })),
        new("layers", "target layers of one request", [1, 2, 4, 8, 16], n => new GrowingLoad(new GrowingNet { Blocks = 16 })
        {
            Layers = n,
        }),
        new("nodes", "nodes of the model", [50, 200, 800, 3200], n => new GrowingLoad(new GrowingNet { Blocks = n / 3, Size = 56 })),
        new("clients", "clients at once, an answer each", [1, 2, 4, 8, 16, 32, 64], n => new GrowingLoad(new GrowingNet()) { Clients = n }),
    ];
}
