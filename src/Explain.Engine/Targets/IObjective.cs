using Explain.Autodiff;

namespace Explain.Engine.Targets;

/// <summary>What is explained: one scalar of a row of the class scores.</summary>
internal interface IObjective
{
    /// <summary>What of the class scores is differentiated.</summary>
    ScoreFunction Function { get; }

    /// <summary>Class codes as <see cref="Target.Code"/>, [S]; null when <see cref="Weights"/> is shaped like the class scores.</summary>
    long[]? Classes { get; }

    /// <summary>Factor of each of <see cref="Classes"/>, [S]; else the cotangent, [K].</summary>
    float[] Weights { get; }

    /// <summary>The same objective with class indices in the place of ranks, which other inputs would order differently.</summary>
    IObjective Resolve(IReadOnlyList<int> ranking);

    /// <summary>The scalar; for a resolved objective.</summary>
    /// <param name="scores">Class scores of one row, [K].</param>
    double Value(ReadOnlySpan<float> scores);
}
