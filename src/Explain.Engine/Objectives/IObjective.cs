using Explain.Autodiff.Backpropagation;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Objectives;

/// <summary>What is explained: one scalar of an item of the explained tensor, the class scores or another output.</summary>
internal interface IObjective
{
    /// <summary>What of the explained tensor is differentiated.</summary>
    ScoreFunction Function { get; }

    /// <summary>
    /// Class codes as <see cref="Target.Code"/>, [S]; null when <see cref="Weights"/> is shaped like an item of the explained tensor.
    /// </summary>
    long[]? Classes { get; }

    /// <summary>Factor of each of <see cref="Classes"/>, [S]; else the cotangent, one factor for each number of an item.</summary>
    float[] Weights { get; }

    /// <summary>Extents of an item for which <see cref="Weights"/> is the cotangent; null: those of the class scores.</summary>
    IReadOnlyList<long>? Extents { get; }

    /// <summary>Whether the graph can do what is left to <see cref="Resolve"/>; otherwise a forward pass comes first.</summary>
    bool Settled { get; }

    /// <summary>
    /// The same objective with everything that depends on the item's values settled, so that it stays what it is for other inputs: class
    /// indices for ranks, places for regions.
    /// </summary>
    /// <param name="extents">Extents of an item of the explained tensor.</param>
    /// <param name="scores">The item, [K] or row-major.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.TargetOutOfRange"/>: the item has no such place.</exception>
    IObjective Resolve(IReadOnlyList<long> extents, ReadOnlySpan<float> scores);

    /// <summary>The scalar; for a resolved objective.</summary>
    /// <param name="scores">One item of the explained tensor, row-major.</param>
    double Value(ReadOnlySpan<float> scores);
}
