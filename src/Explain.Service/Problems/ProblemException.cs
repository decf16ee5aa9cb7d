namespace Explain.Service.Problems;

/// <summary>A failure of the service, and none of the engine.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    /// <summary>What the caller gets to read.</summary>
    public Problem Problem => problem;
}
