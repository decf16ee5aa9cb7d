using Explain.Cli.Terminal;
using Explain.Engine.Parameters;
using Explain.Evaluation.Annotations;

namespace Explain.Cli.Evaluate;

/// <summary>What is asked of every picture.</summary>
/// <param name="Compare">Methods and layers.</param>
/// <param name="Parameters">What holds for all of them.</param>
/// <param name="Given">All of it as it was written.</param>
internal sealed record LocalizationQuestion(
    CompareParameters Compare,
    ExplainParameters Parameters,
    IReadOnlyList<KeyValuePair<string, string>> Given
);

/// <summary>A picture with its objects, by class of one model.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Classes">Class index to its objects.</param>
internal sealed record MatchedPicture(AnnotatedImage Picture, IReadOnlyDictionary<int, IReadOnlyList<AnnotatedObject>> Classes);

/// <summary>A model, and the pictures that have an object of one of its classes.</summary>
/// <param name="Model">The model.</param>
/// <param name="Pictures">By name.</param>
internal sealed record MatchedModel(OpenModel Model, IReadOnlyDictionary<string, MatchedPicture> Pictures);
