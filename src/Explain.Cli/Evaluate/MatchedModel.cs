using Explain.Cli.Terminal;
using Explain.Evaluation.Annotations;

namespace Explain.Cli.Evaluate;

/// <summary>A model, and the pictures that have an object of one of its classes, with those objects alone.</summary>
/// <param name="Model">The model.</param>
/// <param name="Indices">Class index by label.</param>
/// <param name="Pictures">By name.</param>
internal sealed record MatchedModel(
    OpenModel Model,
    IReadOnlyDictionary<string, int> Indices,
    IReadOnlyDictionary<string, AnnotatedImage> Pictures
)
{
    /// <summary>The objects of a picture by class index, ascending.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<AnnotatedObject>> ByClass(AnnotatedImage picture) =>
        picture
            .Objects.GroupBy(o => Indices[o.Label])
            .OrderBy(g => g.Key)
            .ToDictionary(g => g.Key, g => (IReadOnlyList<AnnotatedObject>)[.. g]);
}
