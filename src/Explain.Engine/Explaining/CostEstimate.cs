using Explain.Engine.Methods.Options;

namespace Explain.Engine.Explaining;

/// <summary>What a request will cost.</summary>
/// <param name="Model">Which model would answer.</param>
/// <param name="Method">Method id.</param>
/// <param name="Layer">Target layer.</param>
/// <param name="Targets">Number of targets.</param>
/// <param name="Passes">How many batch items go through the model, at most.</param>
/// <param name="Milliseconds">What these take on this machine when nothing else runs, from what passes of this model took lately.</param>
/// <param name="StopsInTime">Whether a deadline that comes first gives a map of what is done by then.</param>
public sealed record CostEstimate(
    ModelIdentity Model,
    string Method,
    string Layer,
    int Targets,
    PassCount Passes,
    double Milliseconds,
    bool StopsInTime
)
{
    /// <summary>The passes in terms of forward passes, a gradient counted twice: what the setting MaxPasses limits.</summary>
    public long Work { get; init; }

    /// <summary>
    /// Memory for feature maps, gradients, maps and the answer, without the image and what is drawn on it, bytes: the setting
    /// AnswerMemoryBytes limits it.
    /// </summary>
    public long Bytes { get; init; }
}
