using Explain.Engine.Methods.Pixels;

namespace Explain.Engine.Methods.Tables;

/// <summary>Methods that attribute the score to the pixels of the input.</summary>
internal static class PixelMethods
{
    /// <summary>The rows.</summary>
    public static readonly IReadOnlyList<Method> Rows =
    [
        new(new("saliency", "The magnitude of the gradient of the score: which pixels the score would follow first.",
                "Simonyan et al. 2014, Deep Inside Convolutional Networks, section 3.1", "forward+backward", Need.InputGradient.Text, 0.15f),
            [Need.InputGradient], false, InputGradients.Magnitude) { OfInput = true, Reduce = ChannelReductions.MaxMagnitude },
        new(new("inputxgradient", "Input times gradient: the share of each pixel in the score, where the model is linear.",
                "Shrikumar et al. 2016, Not Just a Black Box", "forward+backward", Need.InputGradient.Text, 0.15f),
            [Need.InputGradient], false, InputGradients.TimesInput) { OfInput = true, Reduce = ChannelReductions.Sum },
        new(new("integrated-gradients", "Gradients summed along the path from a baseline to the input: the values add up to the difference of the scores.",
                "Sundararajan et al. 2017, Axiomatic Attribution for Deep Networks, eq. 1", "50 × forward+backward", Need.InputGradient.Text, 0.15f),
            [Need.InputGradient], false, IntegratedGradients.Run) { OfInput = true, Conventions = [Compat.Captum], Reduce = ChannelReductions.Sum },
        new(new("smoothgrad", "The mean gradient over noisy copies of the input: saliency without most of its noise.",
                "Smilkov et al. 2017, SmoothGrad, section 2.2", "25 × forward+backward", Need.InputGradient.Text, 0.15f),
            [Need.InputGradient], false, NoisyGradients.Mean) { OfInput = true, Conventions = [Compat.Captum], Reduce = ChannelReductions.MaxMagnitude },
        new(new("vargrad", "The variance of the gradient over noisy copies of the input: where the score depends on details.",
                "Adebayo et al. 2018, Local Explanation Methods Lack Sensitivity to Parameter Values", "25 × forward+backward", Need.InputGradient.Text, 0.15f),
            [Need.InputGradient], false, NoisyGradients.Variance) { OfInput = true, Conventions = [Compat.Captum], Reduce = ChannelReductions.MaxMagnitude },
    ];
}
