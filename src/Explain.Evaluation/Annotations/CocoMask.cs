using System.Text.Json;

namespace Explain.Evaluation.Annotations;

/// <summary>A segmentation of COCO, decoded when it is asked for: polygons, or runs as numbers or as a text.</summary>
internal sealed class CocoMask : IPixelMask
{
    // Farther out there is no picture, and doubles still tell pixels apart.
    private const double Farthest = 1e9;

    private readonly Place _place;
    private readonly ReadOnlyMemory<byte> _json;

    private CocoMask(Place place, ReadOnlyMemory<byte> json)
    {
        (_place, _json) = (place, json);
    }

    /// <summary>The mask of a segmentation; null for one that is null or has no polygon.</summary>
    /// <param name="place">Where its annotation stands.</param>
    /// <param name="json">The segmentation, which is known to be JSON.</param>
    /// <exception cref="FormatException">It is neither an array nor an object.</exception>
    public static CocoMask? Of(Place place, ReadOnlyMemory<byte> json) =>
        json.Span switch
        {
            [(byte)'[', .. var inner, _] => inner.Trim(" \t\r\n"u8).IsEmpty ? null : new CocoMask(place, json),
            [(byte)'{', ..] => new CocoMask(place, json),
            [(byte)'n', ..] => null,
            _ => throw place.Refusal("has a segmentation that is neither polygons nor runs"),
        };

    /// <inheritdoc/>
    public bool[] Read(int width, int height)
    {
        using var document = JsonDocument.Parse(_json);
        var root = document.RootElement;
        return root.ValueKind == JsonValueKind.Array ? Polygons(root, width, height) : Runs(root, width, height);
    }

    private bool[] Polygons(JsonElement polygons, int width, int height)
    {
        var mask = new bool[checked(width * height)];
        foreach (var polygon in polygons.EnumerateArray())
        {
            if (polygon.ValueKind != JsonValueKind.Array || polygon.GetArrayLength() < 6 || polygon.GetArrayLength() % 2 != 0)
                throw _place.Refusal("has a polygon that is not three or more pairs of x and y");
            double[] points = [.. polygon.EnumerateArray().Select(Coordinate)];
            PolygonFill.Add(points, mask, width, height);
        }
        return mask;
    }

    private double Coordinate(JsonElement number) =>
        number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out var value) && Math.Abs(value) <= Farthest
            ? value
            : throw _place.Refusal("has a polygon with a coordinate that is no place on a picture");

    private bool[] Runs(JsonElement runs, int width, int height)
    {
        if (!runs.TryGetProperty("size", out var size) || !runs.TryGetProperty("counts", out var counts))
            throw _place.Refusal("has runs without size or counts");
        if (Numbers(size, "size") is not [var rows, var columns])
            throw _place.Refusal("has runs whose size is not height and width");
        if ((columns, rows) != (width, height))
            throw _place.Refusal($"has runs of {columns} x {rows} pixels; the picture has {width} x {height}");
        try
        {
            var lengths = counts.ValueKind == JsonValueKind.String ? RunLengths.Parse(Text(counts)) : Numbers(counts, "counts");
            return RunLengths.Fill(lengths, width, height);
        }
        catch (FormatException e)
        {
            throw _place.Refusal($"has {e.Message}", e);
        }
    }

    private static string Text(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException("runs in a string that is no text", e);
        }
    }

    private int[] Numbers(JsonElement array, string what) =>
        array.ValueKind == JsonValueKind.Array
            ?
            [
                .. array
                    .EnumerateArray()
                    .Select(item =>
                        item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var value) && value >= 0
                            ? value
                            : throw _place.Refusal($"has runs with something in {what} that is no count")
                    ),
            ]
            : throw _place.Refusal($"has runs whose {what} is no array");
}
