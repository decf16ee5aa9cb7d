using Explain.Kernels.Sampling;

namespace Explain.Demo.Scenes;

/// <summary>How one object is painted.</summary>
/// <param name="Main">Colour where the texture is 0.</param>
/// <param name="Accent">Colour where the texture is 1.</param>
/// <param name="Texture">Mixes the two.</param>
/// <param name="Rim">Width of a darker rim, as a share of the object's radius; 0 = none.</param>
/// <param name="Shadow">Darkness of the shadow it throws, 0 to 1.</param>
internal sealed record Fill(Rgb Main, Rgb Accent, Texture Texture, double Rim, double Shadow);

/// <summary>The colours of one image: a muted background of two colours, and fills that stand out from both.</summary>
internal sealed record Palette((Rgb Low, Rgb High) Background, Texture BackgroundTexture)
{
    private const double EnoughContrast = 0.36;

    public static Palette Draw(SplitMix64 random)
    {
        var (hue, saturation, value) = (random.Uniform(), random.Uniform(0.05, 0.55), random.Uniform(0.2, 0.95));
        var low = Rgb.FromHsv(hue, saturation, value);
        var step = random.Uniform(0.1, 0.25) * (value > 0.55 ? -1 : 1);
        var high = Rgb.FromHsv(hue + random.Uniform(-0.08, 0.08), random.Uniform(0.05, 0.55), value + step);
        return new Palette((low, high), Textures.Backgrounds[random.Below(Textures.Backgrounds.Count)](random));
    }

    public Fill DrawFill(SplitMix64 random)
    {
        var main = DrawColour(random);
        var accent = Rgb.Mix(main, random.Chance(0.5) ? new Rgb(1, 1, 1) : new Rgb(0, 0, 0), random.Uniform(0.15, 0.35));
        var texture = Textures.Fills[random.Below(Textures.Fills.Count)](random);
        return new Fill(
            main,
            accent,
            texture,
            random.Chance(0.4) ? random.Uniform(0.08, 0.14) : 0,
            random.Chance(0.6) ? random.Uniform(0.15, 0.4) : 0
        );
    }

    private Rgb DrawColour(SplitMix64 random)
    {
        for (var wanted = EnoughContrast; ; wanted *= 0.99)
        {
            var colour = Rgb.FromHsv(random.Uniform(), random.Uniform(0.35, 1), random.Uniform(0.3, 1));
            if (Math.Min(Rgb.Contrast(colour, Background.Low), Rgb.Contrast(colour, Background.High)) >= wanted)
                return colour;
        }
    }
}
