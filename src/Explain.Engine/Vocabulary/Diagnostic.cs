namespace Explain.Engine.Vocabulary;

/// <summary>A coded warning about an explanation.</summary>
/// <param name="Code">
/// Stable: <c>map-all-zero</c>, <c>map-constant</c>, <c>map-not-finite</c>, <c>completeness-off</c>, <c>target-not-predicted</c>,
/// <c>border-clipped</c>, <c>region-empty</c>, <c>partial</c>, <c>layer-of-target</c>, <c>layer-not-of-target</c>,
/// <c>layer-ambiguous</c>, <c>target-without-gradient</c>, <c>products-cancel</c>, <c>sum-cancels</c>.
/// </param>
/// <param name="Message">One sentence for people.</param>
public sealed record Diagnostic(string Code, string Message);
