namespace Explain.Engine.Vocabulary;

/// <summary>How a map is smoothed.</summary>
public enum Smoothing
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>
    /// The mean of the maps of the input and its mirror image, each at 0.9, 1 and 1.1 times its values (pytorch-grad-cam's
    /// <c>aug_smooth</c>).
    /// </summary>
    Aug,

    /// <summary>
    /// The first principal component of the channels' contributions in the place of their sum (pytorch-grad-cam's <c>eigen_smooth</c>).
    /// </summary>
    Eigen,
}
