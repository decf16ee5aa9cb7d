using System.Text.Json;
using Explain.Demo.Scenes;
using NetVips;

namespace Explain.Scenes;

/// <summary>Writes a handful of images that together show every kind once, two kinds each, with their true boxes.</summary>
internal static class SampleWriter
{
    private static readonly (int Width, int Height)[] Shapes = [(320, 240), (240, 240), (240, 320), (320, 240), (320, 320), (360, 240)];
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Write(string directory, ulong seed)
    {
        Directory.CreateDirectory(directory);
        var missing = SceneKinds.Names.ToHashSet();
        var samples = new List<object>();
        for (var index = 0; missing.Count > 0; index++)
        {
            var (width, height) = Shapes[samples.Count];
            var scene = SceneGenerator.Generate(
                seed,
                index,
                new SceneOptions
                {
                    Width = width,
                    Height = height,
                    Kinds = 2,
                    MinSize = 0.34,
                }
            );
            if (!scene.Objects.All(o => missing.Contains(o.Kind) && InCentreSquare(o.Box, width, height)))
                continue;
            missing.ExceptWith(scene.Objects.Select(o => o.Kind));
            var file = $"{scene.Objects[0].Kind}-and-{scene.Objects[1].Kind}.png";
            using (var image = Image.NewFromMemoryCopy(scene.Pixels, width, height, 3, Enums.BandFormat.Uchar))
            {
                image.Pngsave(Path.Combine(directory, file));
            }
            samples.Add(
                new
                {
                    file,
                    width,
                    height,
                    objects = scene.Objects.Select(o => new
                    {
                        o.Kind,
                        o.Box.X,
                        o.Box.Y,
                        o.Box.Width,
                        o.Box.Height,
                    }),
                }
            );
        }
        File.WriteAllText(Path.Combine(directory, "samples.json"), JsonSerializer.Serialize(samples, Json) + "\n");
    }

    private static bool InCentreSquare(BoundingBox box, int width, int height)
    {
        var side = Math.Min(width, height);
        var (left, top) = ((width - side) / 2, (height - side) / 2);
        return box.X >= left && box.Y >= top && box.X + box.Width <= left + side && box.Y + box.Height <= top + side;
    }
}
