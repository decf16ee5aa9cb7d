namespace Explain.Kernels.LinearAlgebra;

/// <summary>Which of a component's two signs is given: the decomposition leaves it open, and the ReLU after it makes it matter.</summary>
public enum ComponentSign
{
    /// <summary>
    /// The projection correlates positively with the mean of the feature maps, so that what the layer responds to is positive. Where
    /// that correlation is zero up to rounding (1e-9), as <see cref="LargestPositive"/>.
    /// </summary>
    AlongMean,

    /// <summary>
    /// The value of largest magnitude is positive, the first of equals (up to 1e-9): scikit-learn's <c>svd_flip</c>, and
    /// pytorch-grad-cam's negation of a SegEigenCAM with <c>|min| &gt; |max|</c>.
    /// </summary>
    LargestPositive,
}
