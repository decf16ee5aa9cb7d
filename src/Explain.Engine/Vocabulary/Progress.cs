namespace Explain.Engine.Vocabulary;

/// <summary>How far a method came when its time was up.</summary>
/// <param name="Done">Samples the map is made of.</param>
/// <param name="Of">Samples it would have been made of.</param>
public sealed record Progress(int Done, int Of);
