namespace Explain.Engine.Objectives;

/// <summary>Makes another objective of one.</summary>
/// <param name="objective">A resolved objective.</param>
/// <param name="scores">Class scores of its item, [K].</param>
internal delegate IObjective ObjectiveChange(IObjective objective, ReadOnlySpan<float> scores);
