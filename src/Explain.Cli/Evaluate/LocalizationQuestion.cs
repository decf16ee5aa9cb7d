using Explain.Engine.Explaining;
using Explain.Engine.Parameters;
using Explain.Evaluation.Annotations;

namespace Explain.Cli.Evaluate;

/// <summary>What is asked of every picture.</summary>
/// <param name="Compare">Methods and layers.</param>
/// <param name="Parameters">What holds for all of them.</param>
internal sealed record LocalizationQuestion(CompareParameters Compare, ExplainParameters Parameters);

/// <summary>A picture with its objects, by class of one model.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Classes">Class index to its objects.</param>
internal sealed record MatchedPicture(AnnotatedImage Picture, IReadOnlyDictionary<int, IReadOnlyList<AnnotatedObject>> Classes);
