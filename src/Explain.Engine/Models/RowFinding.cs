namespace Explain.Engine.Models;

/// <summary>What was found out of the items of a batch.</summary>
/// <param name="AreIndependent">Whether no item changes what another one gives.</param>
/// <param name="Reason">Why they are kept apart; null when they are not.</param>
internal sealed record RowFinding(bool AreIndependent, string? Reason)
{
    /// <summary>Nobody has tried: each item has a run of its own.</summary>
    public static readonly RowFinding Untried = new(false, null);

    /// <summary>It was tried that items do not change each other's results.</summary>
    public static readonly RowFinding Together = new(true, null);

    /// <summary>Each item needs a run of its own.</summary>
    public static RowFinding Apart(string reason) => new(false, reason);
}
