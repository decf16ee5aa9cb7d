namespace Explain.Kernels.LinearAlgebra;

/// <summary>
/// The map of the first principal component of feature maps: Eigen-CAM (Muhammad and Yeasin 2020) on a layer's value, EigenGrad-CAM on
/// gradient times value, and the eigen smoothing of any weighted maps. The caller forms the maps.
/// </summary>
public static class PrincipalComponent
{
    /// <summary>
    /// Takes the pixels as rows and the channels as columns of a matrix X, centres each column, and gives <c>X v</c> with v the right
    /// singular vector of the largest singular value.
    /// </summary>
    /// <remarks>
    /// Worked out in double precision by <see cref="Lanczos"/> on <c>X X^T</c>: <c>X v</c> is its first eigenvector times the singular
    /// value. That is within 1e-6 of the exact decomposition while the singular values keep <c>1 - s2/s1</c> above 1e-7; where they are
    /// equal, it is one of the equally good ones, always the same. Constant maps, and any maps of a single pixel, give zeros.
    /// </remarks>
    /// <param name="maps">Row-major [channels, area]; any unit, any sign. NaN counts as 0; an infinity makes the whole answer NaN.</param>
    /// <param name="channels">Number of maps, zero or more.</param>
    /// <param name="sign">Which of the two signs is given.</param>
    /// <param name="projection">Receives [area] values in the unit of the maps, with mean 0.</param>
    /// <exception cref="ArgumentException">The lengths disagree, or the projection overlaps the maps.</exception>
    public static void Project(ReadOnlySpan<float> maps, int channels, ComponentSign sign, Span<float> projection)
    {
        if (channels < 0 || maps.Length != (long)channels * projection.Length)
        {
            throw new ArgumentException(
                $"{channels} maps of {projection.Length} values were expected, got {maps.Length} values.",
                nameof(maps)
            );
        }

        Require.Apart<float>(maps, projection);

        var centered = CenteredMaps.Of(maps, channels, projection.Length);
        if (!centered.IsFinite)
        {
            projection.Fill(float.NaN);
            return;
        }
        var component = new double[projection.Length];
        var eigenvalue = Lanczos.Largest(centered.MultiplyGram, centered.RandomMix(), component);
        sign.Write(component, eigenvalue, centered.Sum(), projection);
    }
}
