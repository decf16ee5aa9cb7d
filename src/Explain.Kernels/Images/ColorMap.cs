using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    private readonly uint[] _words;

    private ColorMap(string name, string summary, ReadOnlySpan<byte> table, bool isDiverging = false)
    {
        (Name, Summary, _table, IsDiverging) = (name, summary, table.ToArray(), isDiverging);
        _words = Words(_table);
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

    /// <summary>The colours: red, green and blue of each entry.</summary>
    public ReadOnlySpan<byte> Rgb => _table;

    /// <summary>Finds the entry of each value: <c>floor(255 * v + 0.5)</c>, v limited to [0, 1].</summary>
    /// <param name="unit">Values of 0 to 1; NaN counts as 0.</param>
    /// <param name="entries">Receives one number a value.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Entries(ReadOnlySpan<float> unit, Span<byte> entries)
    {
        Require.SameLength(unit.Length, entries.Length, nameof(entries));
        var done = Vector.IsHardwareAccelerated ? EntriesByVectors(unit, entries) : 0;
        for (var i = done; i < unit.Length; i++)
        {
            var value = unit[i];
            entries[i] = value > 0f ? (byte)(MathF.Min(value, 1f) * 255f + 0.5f) : (byte)0;
        }
    }

    /// <summary>Paints entries.</summary>
    /// <param name="entries">Numbers of colours.</param>
    /// <param name="rgb">Receives red, green and blue for each, interleaved.</param>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> is not three times as long as <paramref name="entries"/>.</exception>
    public void Paint(ReadOnlySpan<byte> entries, Span<byte> rgb)
    {
        if (rgb.Length != 3L * entries.Length)
            throw new ArgumentException($"{entries.Length} entries need {3L * entries.Length} bytes, got {rgb.Length}.", nameof(rgb));
        if (entries.IsEmpty)
            return;

        // Four bytes are written for three: the last pixel is left to the line after the loop.
        ref var colors = ref MemoryMarshal.GetArrayDataReference(_words);
        ref var to = ref MemoryMarshal.GetReference(rgb);
        for (var i = 0; i < entries.Length - 1; i++)
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, 3 * i), Unsafe.Add(ref colors, entries[i]));
        _table.AsSpan(3 * entries[^1], 3).CopyTo(rgb[^3..]);
    }

    // Returns how many are done; fewer than one vector is left.
    private static int EntriesByVectors(ReadOnlySpan<float> unit, Span<byte> entries)
    {
        var i = 0;
        for (; i <= unit.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            var low = Vector.Narrow(Entry(unit[i..]), Entry(unit[(i + Vector<float>.Count)..]));
            var high = Vector.Narrow(Entry(unit[(i + 2 * Vector<float>.Count)..]), Entry(unit[(i + 3 * Vector<float>.Count)..]));
            Vector.Narrow(low, high).CopyTo(entries[i..]);
        }
        return i;
    }

    private static Vector<uint> Entry(ReadOnlySpan<float> unit)
    {
        var value = new Vector<float>(unit);
        var limited = Vector.ConditionalSelect(
            Vector.GreaterThan(value, Vector<float>.Zero),
            Vector.Min(value, Vector<float>.One),
            Vector<float>.Zero
        );
        return Vector.ConvertToInt32(limited * 255f + new Vector<float>(0.5f)).As<int, uint>();
    }

    // Each colour in the bytes of one number, in the order of memory.
    private static uint[] Words(byte[] table)
    {
        var words = new uint[table.Length / 3];
        for (var i = 0; i < words.Length; i++)
            table.AsSpan(3 * i, 3).CopyTo(MemoryMarshal.AsBytes(words.AsSpan(i, 1)));
        return words;
    }

    private static byte[] Gray()
    {
        var table = new byte[768];
        for (var i = 0; i < table.Length; i++)
            table[i] = (byte)(i / 3);
        return table;
    }
}
