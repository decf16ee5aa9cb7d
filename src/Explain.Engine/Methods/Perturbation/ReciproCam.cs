namespace Explain.Engine.Methods.Perturbation;

/// <summary>Recipro-CAM: what the model says when all it gets of the layer is one place.</summary>
internal static class ReciproCam
{
    /// <summary>M(i, j) = y of the model from the layer on, for A with everything but place (i, j) set to 0 (Byun and Lee 2022, eq. 3 and 4).</summary>
    public static Attribution Run(Probe probe)
    {
        var maps = probe.Activation;
        var (channels, area) = (maps.Channels, maps.Area);
        // A map of some of the places would have holes.
        var scores = probe.EvaluateHead(new Variants("reciprocam", area, (place, values) =>
        {
            var all = probe.Activation.Values;
            values.Clear();
            for (var at = place; at < channels * area; at += area) values[at] = all[at];
        })
        { AllOrNothing = true });
        return new Attribution(null, maps.Height, maps.Width, Array.ConvertAll(scores, s => (float)s));
    }
}
