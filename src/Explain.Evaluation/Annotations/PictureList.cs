namespace Explain.Evaluation.Annotations;

/// <summary>Gathers what a reader finds, a picture at a time or in pieces.</summary>
/// <param name="source">The annotations, as the caller named them.</param>
/// <param name="options">How they are read.</param>
internal sealed class PictureList(string source, AnnotationOptions options)
{
    private readonly PictureFolder _folder = new(options);
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly List<Entry> _order = [];

    /// <summary>A picture, new or of which something is known; null when it is missing and may be.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="size">Its extents; null where they are not said.</param>
    /// <param name="names">Its possible names.</param>
    /// <exception cref="FormatException">Two places say different extents.</exception>
    public Entry? Picture(Place place, (int Width, int Height)? size, params IReadOnlyList<string> names)
    {
        if (_folder.Find(place, names) is not { } name)
            return null;
        if (!_entries.TryGetValue(name, out var entry))
        {
            _entries[name] = entry = new Entry(name, place, size);
            _order.Add(entry);
        }
        else if (size is { } now && entry.Size is { } before && now != before)
        {
            throw place.Refusal(
                $"says that '{name}' has {now.Width} x {now.Height} pixels, and {entry.First} {before.Width} x {before.Height}"
            );
        }
        return entry;
    }

    /// <summary>A picture that stands in one place alone; null when it is missing and may be.</summary>
    /// <exception cref="FormatException">It stands in another as well.</exception>
    public Entry? Only(Place place, (int Width, int Height)? size, params IReadOnlyList<string> names)
    {
        var entry = Picture(place, size, names);
        return entry is null || entry.First == place ? entry : throw place.Refusal($"repeats {entry.First}: '{entry.Name}'");
    }

    /// <summary>All pictures, in the order in which they came.</summary>
    /// <exception cref="FormatException">There are none, or some are missing.</exception>
    public IReadOnlyList<AnnotatedImage> All()
    {
        _folder.RequireAll(source);
        return _order.Count > 0
            ? [.. _order.Select(e => new AnnotatedImage(e.Name, e.Objects) { Size = e.Size })]
            : throw new FormatException($"'{source}' speaks of no pictures{(options.Pictures is null ? "" : $" of '{options.Pictures}'")}");
    }

    /// <summary>A picture and what is known of it.</summary>
    internal sealed class Entry(string name, Place first, (int Width, int Height)? size)
    {
        private readonly List<AnnotatedObject> _objects = [];
        private readonly HashSet<AnnotatedObject> _boxes = [];

        /// <summary>Its name.</summary>
        public string Name { get; } = name;

        /// <summary>Where it was first spoken of.</summary>
        public Place First { get; } = first;

        /// <summary>Its extents.</summary>
        public (int Width, int Height)? Size { get; } = size;

        /// <summary>Its objects.</summary>
        public IReadOnlyList<AnnotatedObject> Objects => _objects;

        /// <summary>Adds an object; a box that is there already, with the same label, is the same object.</summary>
        public void Add(AnnotatedObject found)
        {
            if (found.Mask is not null || _boxes.Add(found))
                _objects.Add(found);
        }
    }
}
