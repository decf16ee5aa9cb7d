namespace Explain.Autodiff.Backpropagation;

/// <summary>Which function of the class scores is differentiated.</summary>
public enum ScoreFunction
{
    /// <summary>The class score itself (the paper's y^c).</summary>
    Logit,

    /// <summary>Softmax of the scores.</summary>
    Softmax,

    /// <summary>Logarithm of the softmax.</summary>
    LogSoftmax,

    /// <summary>Sigmoid of each score.</summary>
    Sigmoid,

    /// <summary>Logarithm of the sigmoid.</summary>
    LogSigmoid,

    /// <summary>Logarithm of the softmax along the last axis: one distribution for each position of a sequence.</summary>
    TokenLogSoftmax,

    /// <summary>
    /// The unit vector in the direction of each batch item: a product with another unit vector is the cosine of the angle between them.
    /// </summary>
    Direction,

    /// <summary>The score plus the logarithm of the softmax: pytorch-grad-cam's ReST, which Shapley-CAM is meant for (Cai 2025).</summary>
    Rest,
}
