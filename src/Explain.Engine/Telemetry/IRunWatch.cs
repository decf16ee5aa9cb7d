using Explain.Engine.Vocabulary;

namespace Explain.Engine.Telemetry;

/// <summary>
/// Watches the work of a request from outside. It is told by the thread that works, which goes on when it returns: it must be quick.
/// </summary>
public interface IRunWatch
{
    /// <summary>Whether maps that grow are wanted now: making them takes time.</summary>
    bool WantsMaps { get; }

    /// <summary>The work begins.</summary>
    /// <param name="passes">Batch items that will go through the model, at most.</param>
    void Plan(long passes);

    /// <summary>Some of them have.</summary>
    /// <param name="passes">How many.</param>
    void Pass(int passes);

    /// <summary>Maps have grown.</summary>
    /// <param name="maps">Those that the method works on.</param>
    void Grow(IReadOnlyList<PartialMap> maps);
}

/// <summary>The map of an explanation that is not at its end.</summary>
/// <param name="Explanation">The place of the explanation in the answer.</param>
/// <param name="Map">The map, of the samples so far.</param>
/// <param name="Partial">How many those are.</param>
public sealed record PartialMap(int Explanation, SaliencyMap Map, Progress Partial);
