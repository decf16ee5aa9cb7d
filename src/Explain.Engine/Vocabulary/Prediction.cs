namespace Explain.Engine.Vocabulary;

/// <summary>One class with its scores.</summary>
/// <param name="Index">Class index, from 0.</param>
/// <param name="Label">The label, or null when the model has none.</param>
/// <param name="Logit">The score before the model's activation.</param>
/// <param name="Probability">The score after it (softmax unless the model ends in a sigmoid); null for outputs that are no class
/// scores.</param>
public sealed record Prediction(int Index, string? Label, float Logit, float? Probability);
