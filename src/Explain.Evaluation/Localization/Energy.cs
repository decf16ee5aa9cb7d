namespace Explain.Evaluation.Localization;

/// <summary>How much of a map is on the objects (Wang et al. 2020, Score-CAM, section 4.4, energy-based pointing game).</summary>
public static class Energy
{
    /// <summary>The share of the heat that is inside, 0..1; not a number for a map without heat.</summary>
    /// <param name="heat">Row-major [height, width], not negative.</param>
    /// <param name="inside">Which cells belong to objects.</param>
    public static double Share(ReadOnlySpan<float> heat, ReadOnlySpan<bool> inside)
    {
        var (within, all) = (0.0, 0.0);
        for (var i = 0; i < heat.Length; i++)
        {
            all += heat[i];
            within += inside[i] ? heat[i] : 0;
        }
        return within / all;
    }
}
