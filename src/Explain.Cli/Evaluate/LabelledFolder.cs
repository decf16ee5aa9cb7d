using System.Text.Json.Nodes;
using Explain.Cli.Image;
using Explain.Cli.Jobs.Items;
using Explain.Cli.Terminal;
using Explain.Evaluation.Annotations;

namespace Explain.Cli.Evaluate;

/// <summary>A folder with a folder of pictures for each class, called like it; where objects are is not known.</summary>
/// <param name="pictures">The folder.</param>
/// <param name="output">Folder of the results, whose images are none of its pictures.</param>
/// <param name="classes">Class indices by label, where the model's labels do not tell; null for none.</param>
/// <param name="leaveOut">Whether pictures without a class of the model are left out rather than refused.</param>
internal sealed class LabelledFolder(string pictures, string output, IReadOnlyDictionary<string, int>? classes, bool leaveOut)
    : IAnnotatedPictures
{
    /// <inheritdoc/>
    public string Name => RunFacts.NameOf(pictures);

    /// <inheritdoc/>
    public string Annotations => "the names of its folders";

    /// <inheritdoc/>
    public JsonObject Facts => new() { ["source"] = Path.GetFullPath(pictures), ["annotations"] = null };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int>? Classes => classes;

    /// <inheritdoc/>
    public bool LeaveOut => leaveOut;

    /// <inheritdoc/>
    /// <exception cref="UsageException">It is no folder, or has no pictures.</exception>
    public IReadOnlyList<AnnotatedImage> Annotate()
    {
        if (!Directory.Exists(pictures))
        {
            throw new UsageException(
                $"'{pictures}' is no folder; it is to hold a folder of pictures for each class, or --annotations are needed"
            );
        }
        var items = ItemSource.Open(pictures, output).Items;
        if (!leaveOut && items.FirstOrDefault(i => !i.Name.Contains('/')) is { } stray)
        {
            throw new FormatException(
                $"'{stray.Name}' lies in no folder; without --annotations, '{pictures}' holds a folder of pictures for each class, called "
                    + "like it"
            );
        }
        return
        [
            .. items
                .Where(i => i.Name.Contains('/'))
                .Select(i => new AnnotatedImage(i.Name, [new AnnotatedObject(i.Name.Split('/')[0], null)])),
        ];
    }

    /// <inheritdoc/>
    public Task<byte[]> ReadAsync(string name, CancellationToken cancellation) =>
        ImageFile.ReadAsync(Path.Combine(pictures, name), cancellation);
}
