using System.Text;
using System.Text.Json;
using Explain.Demo.Scenes;
using Explain.Engine.Images;

namespace Explain.Cli.Tests.Evaluate;

/// <summary>Generated scenes in a folder for each kind, with something planted on those of a kind, and a folder for results.</summary>
internal sealed class PlantedPlace : IDisposable
{
    private const ulong Seed = 41;

    private readonly StringBuilder _boxes = new("path,label,x0,y0,x1,y1\n");

    public Workplace Files { get; } = new();

    public string Pictures => Files.Path("in");

    public string Boxes => Files.Path("boxes.csv");

    /// <summary>So many scenes of each kind, with one object each.</summary>
    /// <param name="count">Scenes a kind.</param>
    /// <param name="kinds">The kinds.</param>
    /// <param name="plants">What is planted on those of its kind, by the share of them: 1 for all.</param>
    public PlantedPlace WithScenes(int count, string[] kinds, params (Plant Plant, double Share)[] plants)
    {
        var written = kinds.ToDictionary(kind => kind, _ => 0);
        for (var index = 0; written.Values.Any(n => n < count); index++)
        {
            var scene = SceneGenerator.Generate(Seed, index, new SceneOptions { Kinds = 1 });
            var kind = scene.Objects[0].Kind;
            if (!written.TryGetValue(kind, out var number) || number == count)
                continue;
            written[kind]++;
            foreach (var (plant, share) in plants.Where(p => p.Plant.Kind == kind && number < p.Share * count))
                plant.On(scene);
            Write(scene, $"{kind}/{number:000}.png");
        }
        return this;
    }

    /// <summary>Scenes of a kind with what is planted on another one.</summary>
    public PlantedPlace WithStrays(int count, string kind, Plant plant)
    {
        var strays = Enumerable
            .Range(0, int.MaxValue)
            .Select(i => SceneGenerator.Generate(Seed + 1, i, new SceneOptions { Kinds = 1 }))
            .Where(s => s.Objects[0].Kind == kind)
            .Take(count);
        foreach (var (number, scene) in strays.Index())
        {
            plant.On(scene);
            Write(scene, $"{kind}/stray-{number}.png");
        }
        return this;
    }

    public Task<Cli> RunAsync(string verb, params string[] more) => Cli.RunAsync(["evaluate", verb, .. more, "--out", Files.Path("out")]);

    /// <summary>A file of the results.</summary>
    public string Read(string name) => File.ReadAllText(Files.Path("out", name));

    public JsonElement Json(string name) => JsonDocument.Parse(Read(name)).RootElement;

    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("KEEP") is null)
        {
            Files.Dispose();
        }
    }

    private void Write(Scene scene, string name)
    {
        Files.Write(new VipsImageCodec().Encode(new RgbImage(scene.Width, scene.Height, scene.Pixels), ImageFormat.Png), "in", name);
        var box = scene.Objects[0].Box;
        _boxes.Append($"\"{name}\",{scene.Objects[0].Kind},{box.X},{box.Y},{box.X + box.Width},{box.Y + box.Height}\n");
        File.WriteAllText(Boxes, _boxes.ToString());
    }
}
