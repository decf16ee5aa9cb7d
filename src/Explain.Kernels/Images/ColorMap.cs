using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Explain.Kernels.Images.ColorMaps;

namespace Explain.Kernels.Images;

/// <summary>A table of 256 colours that turns a value of 0 to 1 into red, green and blue.</summary>
public sealed class ColorMap
{
    // csharpier-ignore
    private static readonly ColorMap[] All =
    [
        new("turbo", "rainbow of even brightness steps: dark blue, green, dark red", Turbo.Rgb),
        new("jet", "the classic rainbow, as OpenCV and pytorch-grad-cam paint it", Jet.Rgb),
        new("viridis", "perceptually uniform: purple, green, yellow", Viridis.Rgb),
        new("inferno", "perceptually uniform: black, red, pale yellow", Inferno.Rgb),
        new("magma", "perceptually uniform: black, magenta, pale yellow", Magma.Rgb),
        new("gray", "black to white", Gray()),
        new("coolwarm", "for signed maps: blue below zero, light grey at zero, red above", Coolwarm.Rgb, isDiverging: true),
    ];

    private static readonly FrozenDictionary<string, ColorMap> ByName = All.ToFrozenDictionary(map => map.Name, StringComparer.Ordinal);

    private readonly byte[] _table;

    private ColorMap(string name, string summary, ReadOnlySpan<byte> table, bool isDiverging = false)
    {
        (Name, Summary, _table, IsDiverging) = (name, summary, table.ToArray(), isDiverging);
    }

    /// <summary>The names of all maps, lower case, in the order in which they should be offered.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.AsReadOnly(Array.ConvertAll(All, map => map.Name));

    /// <summary>The key of the map, lower case.</summary>
    public string Name { get; }

    /// <summary>What the map looks like and is for, in half a sentence.</summary>
    public string Summary { get; }

    /// <summary>
    /// Whether the middle of the table stands for zero: such a map shows signed values, see <see cref="Normalize.SignedToUnit"/>.
    /// </summary>
    public bool IsDiverging { get; }

    /// <summary>Looks a map up by its exact, lower-case name.</summary>
    /// <param name="name">The name as in <see cref="Names"/>.</param>
    /// <param name="map">The map, or null if there is none of that name.</param>
    public static bool TryGet(string name, [NotNullWhen(true)] out ColorMap? map) => ByName.TryGetValue(name, out map);

    /// <summary>Paints values: each gets the entry <c>floor(255 * v + 0.5)</c> of the table, v limited to [0, 1].</summary>
    /// <param name="unit">Values of 0 to 1; NaN is painted as 0.</param>
    /// <param name="rgb">Receives red, green and blue for each value, interleaved.</param>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> is not three times as long as <paramref name="unit"/>.</exception>
    public void Apply(ReadOnlySpan<float> unit, Span<byte> rgb)
    {
        if (rgb.Length != 3L * unit.Length)
            throw new ArgumentException($"{unit.Length} values need {3L * unit.Length} bytes, got {rgb.Length}.", nameof(rgb));

        ReadOnlySpan<byte> table = _table;
        for (var i = 0; i < unit.Length; i++)
        {
            var value = unit[i];
            var entry = value > 0f ? (int)(MathF.Min(value, 1f) * 255f + 0.5f) : 0;
            table.Slice(3 * entry, 3).CopyTo(rgb.Slice(3 * i, 3));
        }
    }

    private static byte[] Gray()
    {
        var table = new byte[768];
        for (var i = 0; i < table.Length; i++)
            table[i] = (byte)(i / 3);
        return table;
    }
}
