using System.Text.Json;
using Explain.Engine.Vocabulary;

namespace Explain.Evaluation.Annotations;

/// <summary>
/// Reads instances of COCO: <c>images</c>, <c>annotations</c> and <c>categories</c>, in any order. A label is its category's name. Boxes
/// are edge and extent. The file lies in memory once, and as long as masks of it are in use.
/// </summary>
internal sealed class CocoJson
{
    private const string Images = "images";
    private const string Categories = "categories";
    private const string Annotations = "annotations";

    private readonly string _file;
    private readonly AnnotationOptions _options;
    private readonly ReadOnlyMemory<byte> _json;
    private readonly PictureList _list;
    private readonly Dictionary<long, PictureList.Entry?> _images = [];
    private readonly Dictionary<long, string> _categories = [];
    private readonly HashSet<long> _ids = [];

    private CocoJson(string file, AnnotationOptions options)
    {
        (_file, _options, _list) = (file, options, new PictureList(file, options));
        _json = StrictJson.WithoutMark(File.ReadAllBytes(file));
    }

    /// <summary>Reads a file; pictures without annotations are there without objects.</summary>
    /// <exception cref="FormatException">What is wrong with it, and where.</exception>
    public static IReadOnlyList<AnnotatedImage> Read(string file, AnnotationOptions options)
    {
        var coco = new CocoJson(file, options);
        try
        {
            return coco.All();
        }
        catch (JsonException e)
        {
            throw new FormatException($"'{file}' {StrictJson.Place(e)} is not JSON", e);
        }
    }

    private IReadOnlyList<AnnotatedImage> All()
    {
        var sections = Find();
        // Annotations speak of the others, wherever they stand.
        Each(sections[Images], Images, Image);
        Each(sections[Categories], Categories, Category);
        Each(sections[Annotations], Annotations, Annotation);
        return _list.All();
    }

    private Dictionary<string, Range> Find()
    {
        var found = new Dictionary<string, Range>();
        var cursor = new JsonCursor(_file, _json.Span, Range.All);
        cursor.Enter(JsonTokenType.StartObject, "the document");
        while (cursor.NextMember())
        {
            var name =
                cursor.Is("images"u8) ? Images
                : cursor.Is("categories"u8) ? Categories
                : cursor.Is("annotations"u8) ? Annotations
                : null;
            if (name is null)
                cursor.Skip();
            else if (!found.TryAdd(name, cursor.Skip()))
                throw cursor.Here.Refusal($"ends a second '{name}'");
        }
        cursor.End();
        var missing = new[] { Images, Categories, Annotations }.Where(name => !found.ContainsKey(name)).Select(name => $"'{name}'");
        return found.Count == 3
            ? found
            : throw new Place(_file).Refusal($"has no {string.Join(" and no ", missing)}, which COCO's instances have");
    }

    private void Each(Range section, string name, Reader read)
    {
        var cursor = new JsonCursor(_file, _json.Span, section);
        cursor.Enter(JsonTokenType.StartArray, name);
        while (cursor.NextItem())
        {
            cursor.Require(JsonTokenType.StartObject, $"one of {name}");
            read(ref cursor, cursor.Here);
        }
    }

    private void Image(ref JsonCursor cursor, Place place)
    {
        var (id, file, width, height) = ((long?)null, (string?)null, 0L, 0L);
        while (cursor.NextMember())
        {
            if (cursor.Is("id"u8))
                id = cursor.Whole("an image's id");
            else if (cursor.Is("file_name"u8))
                file = cursor.Text("file_name");
            else if (cursor.Is("width"u8))
                width = cursor.Whole("width");
            else if (cursor.Is("height"u8))
                height = cursor.Whole("height");
            else
                cursor.Skip();
        }
        if (id is not { } key || file is null)
            throw place.Refusal("has an image without an id or a file_name");
        if (width is < 0 or > int.MaxValue || height is < 0 or > int.MaxValue)
            throw place.Refusal($"says that the picture has {width} x {height} pixels");
        (int, int)? size = width > 0 && height > 0 ? ((int)width, (int)height) : null;
        if (!_images.TryAdd(key, _list.Only(place, size, file)))
            throw place.Refusal($"has a second image {key}");
    }

    private void Category(ref JsonCursor cursor, Place place)
    {
        var (id, name) = ((long?)null, (string?)null);
        while (cursor.NextMember())
        {
            if (cursor.Is("id"u8))
                id = cursor.Whole("a category's id");
            else if (cursor.Is("name"u8))
                name = cursor.Text("a category's name");
            else
                cursor.Skip();
        }
        if (id is not { } key || string.IsNullOrWhiteSpace(name))
            throw place.Refusal("has a category without an id or a name");
        if (!_categories.TryAdd(key, name.Trim()))
            throw place.Refusal($"has a second category {key}");
    }

    private void Annotation(ref JsonCursor cursor, Place place)
    {
        var (id, image, category, crowd) = ((long?)null, (long?)null, (long?)null, false);
        var (box, mask) = ((PixelBox?)null, (CocoMask?)null);
        while (cursor.NextMember())
        {
            if (cursor.Is("id"u8))
                id = cursor.Whole("an annotation's id");
            else if (cursor.Is("image_id"u8))
                image = cursor.Whole("image_id");
            else if (cursor.Is("category_id"u8))
                category = cursor.Whole("category_id");
            else if (cursor.Is("iscrowd"u8))
                crowd = cursor.Whole("iscrowd") != 0;
            else if (cursor.Is("bbox"u8))
                box = Box(ref cursor);
            else if (cursor.Is("segmentation"u8))
                mask = CocoMask.Of(place, _json[cursor.Skip()]);
            else
                cursor.Skip();
        }

        if (id is { } own && !_ids.Add(own))
            throw place.Refusal($"has a second annotation {own}");
        if (image is not { } picture || !_images.TryGetValue(picture, out var entry))
            throw place.Refusal($"has an annotation of the image {Shown(image)}, which is not among the images");
        if (category is not { } kind || !_categories.TryGetValue(kind, out var label))
            throw place.Refusal($"has an annotation of the category {Shown(category)}, which is not among the categories");
        if (box is null && mask is null)
            throw place.Refusal("has an annotation without a bbox or a segmentation");
        if (entry is null)
            return;
        var fitted = box is { } whole ? BoxRules.Fit(whole, entry.Size, place, _options.LeaveOutEmpty) : null;
        if (box is null || fitted is not null)
            entry.Add(new AnnotatedObject(label, fitted) { Mask = mask, Crowd = crowd });
    }

    private static PixelBox Box(ref JsonCursor cursor)
    {
        Span<double> box = stackalloc double[4];
        var count = 0;
        cursor.Enter(JsonTokenType.StartArray, "bbox");
        for (; cursor.NextItem(); count++)
        {
            var value = cursor.Number("bbox");
            if (count < box.Length)
                box[count] = value;
        }
        return count == box.Length
            ? new PixelBox(box[0], box[1], box[0] + box[2], box[1] + box[3])
            : throw cursor.Here.Refusal($"has {count} numbers in a bbox, which has four: x, y, width, height");
    }

    private static string Shown(long? id) => id?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "that it does not name";

    private delegate void Reader(ref JsonCursor cursor, Place place);
}
