namespace Explain.Engine.Vocabulary;

/// <summary>A connected region of the map above the threshold.</summary>
/// <param name="X">Left edge, original pixels.</param>
/// <param name="Y">Top edge, original pixels.</param>
/// <param name="Width">Original pixels, at least 1.</param>
/// <param name="Height">Original pixels, at least 1.</param>
/// <param name="Score">Share of the map's positive mass that lies in the region, 0..1.</param>
public sealed record Box(int X, int Y, int Width, int Height, float Score);
