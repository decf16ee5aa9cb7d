using System.Text.Json.Nodes;
using Explain.Cli.Image;
using Explain.Cli.Jobs;
using Explain.Evaluation.Annotations;

namespace Explain.Cli.Evaluate;

/// <summary>A folder of pictures, and annotations beside it.</summary>
/// <param name="pictures">The folder.</param>
/// <param name="annotations">A file or a folder.</param>
/// <param name="reading">How it is read.</param>
/// <param name="classes">Class indices by label, where the model's labels do not tell; null for none.</param>
/// <param name="leaveOut">Whether labels that a model does not have are left out rather than refused.</param>
internal sealed class AnnotatedFolder(
    string pictures,
    string annotations,
    AnnotationOptions reading,
    IReadOnlyDictionary<string, int>? classes,
    bool leaveOut
) : IAnnotatedPictures
{
    /// <inheritdoc/>
    public string Name => RunFacts.NameOf(pictures);

    /// <inheritdoc/>
    public string Annotations => RunFacts.NameOf(annotations);

    /// <inheritdoc/>
    public JsonObject Facts =>
        new()
        {
            ["source"] = Path.GetFullPath(pictures),
            ["annotations"] = Path.GetFullPath(annotations),
            ["annotationsSha256"] = File.Exists(annotations) ? ModelFacts.Digest(File.ReadAllBytes(annotations)) : null,
            ["columns"] = new JsonObject(reading.Columns.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)c.Value))),
        };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int>? Classes => classes;

    /// <inheritdoc/>
    public bool LeaveOut => leaveOut;

    /// <inheritdoc/>
    public IReadOnlyList<AnnotatedImage> Annotate() => AnnotationFormats.Read(annotations, reading);

    /// <inheritdoc/>
    public Task<byte[]> ReadAsync(string name, CancellationToken cancellation) =>
        ImageFile.ReadAsync(Path.Combine(pictures, name), cancellation);
}
