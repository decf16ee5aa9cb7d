namespace Explain.Engine.Measures;

/// <summary>A map that is measured, as large as the model's input.</summary>
/// <param name="Heat">As shown, 0..1, row-major.</param>
/// <param name="Values">Raw, as the method defines them, row-major.</param>
/// <param name="IsRepeatable">
/// Whether other images are explained as this one was: a map of fewer samples is not compared with one of all, and a map that was given is
/// nobody's answer to another image.
/// </param>
internal sealed record MeasuredMap(float[] Heat, float[] Values, bool IsRepeatable);
