using System.Text.Json;
using Explain.Engine.Models.Reading;

namespace Explain.Demo;

/// <summary>An object of a sample image and its true box.</summary>
/// <param name="Kind">A label of the demo model.</param>
/// <param name="X">Left edge, image pixels.</param>
/// <param name="Y">Top edge, image pixels.</param>
/// <param name="Width">Pixels, at least 1.</param>
/// <param name="Height">Pixels, at least 1.</param>
public sealed record DemoObject(string Kind, int X, int Y, int Width, int Height);

/// <summary>A sample image: a PNG with two kinds of object, both inside its centre square.</summary>
/// <param name="File">File name; opened as <c>samples/</c> + this.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Objects">Two, of different kinds.</param>
public sealed record DemoSample(string File, int Width, int Height, IReadOnlyList<DemoObject> Objects);

/// <summary>The demo model and its sample images, embedded in this assembly.</summary>
public static class DemoAssets
{
    /// <summary>Name under which the demo model is served.</summary>
    public const string ModelName = "demo";

    /// <summary>The demo model, to be handed to a catalogue.</summary>
    public static ModelSource Model { get; } = new(ModelName, "1", null, Open);

    private static readonly Lazy<IReadOnlyList<DemoSample>> Parsed = new(() =>
    {
        using var json = Open("samples/samples.json")!;
        return JsonSerializer.Deserialize<DemoSample[]>(json, JsonSerializerOptions.Web)!;
    });

    /// <summary>The sample images; together they show every kind once.</summary>
    public static IReadOnlyList<DemoSample> Samples => Parsed.Value;

    /// <summary>Opens an embedded file, or returns null when there is none of that name; the caller disposes of it.</summary>
    /// <param name="name"><c>model.onnx</c>, <c>model.json</c>, <c>labels.txt</c>, <c>samples/…</c>.</param>
    public static Stream? Open(string name) => typeof(DemoAssets).Assembly.GetManifestResourceStream(name);
}
