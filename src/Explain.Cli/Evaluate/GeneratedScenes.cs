using System.Globalization;
using System.Text.Json.Nodes;
using Explain.Demo.Scenes;
using Explain.Engine.Images;
using Explain.Evaluation.Annotations;

namespace Explain.Cli.Evaluate;

/// <summary>Generated images of one to three kinds of object, whose boxes and pixels are known exactly.</summary>
/// <param name="count">How many: those of the series from the first on.</param>
/// <param name="seed">The series.</param>
/// <param name="codec">Makes files of them.</param>
internal sealed class GeneratedScenes(int count, ulong seed, IImageCodec codec) : IAnnotatedPictures
{
    private static readonly SceneOptions Options = new();

    /// <inheritdoc/>
    public string Name => $"the generated scenes with seed {seed}";

    /// <inheritdoc/>
    public string Annotations => "exact boxes and masks";

    /// <inheritdoc/>
    public JsonObject Facts => new() { ["scenes"] = count, ["sceneSeed"] = seed };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int>? Classes => null;

    /// <inheritdoc/>
    public bool LeaveOut => false;

    /// <inheritdoc/>
    public IReadOnlyList<AnnotatedImage> Annotate() =>
        [.. ParallelEnumerable.Range(0, count).AsOrdered().Select(i => Annotated(i, SceneGenerator.Generate(seed, i, Options)))];

    /// <inheritdoc/>
    public Task<byte[]> ReadAsync(string name, CancellationToken cancellation)
    {
        var scene = SceneGenerator.Generate(seed, int.Parse(Path.GetFileNameWithoutExtension(name), CultureInfo.InvariantCulture), Options);
        return Task.FromResult(codec.Encode(new RgbImage(scene.Width, scene.Height, scene.Pixels), ImageFormat.Png, cancellation));
    }

    private static AnnotatedImage Annotated(int index, Scene scene) =>
        new($"{index:00000}.png", [.. scene.Objects.Select(Annotated)]) { Size = (scene.Width, scene.Height) };

    private static AnnotatedObject Annotated(SceneObject thing)
    {
        var (x, y, width, height) = thing.Box;
        return new AnnotatedObject(thing.Kind, new PixelBox(x, y, x + width, y + height)) { Mask = new ExactMask(thing.Mask) };
    }

    private sealed class ExactMask(bool[] pixels) : IPixelMask
    {
        public bool[] Read(int width, int height) => pixels;
    }
}
