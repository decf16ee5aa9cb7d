using Explain.Autodiff.Export;
using Explain.Autodiff.Rules;
using Explain.Engine.Methods.Pixels;
using Explain.Engine.Methods.Probing;
using static Explain.Engine.Methods.Options.CostRules;
using static Explain.Engine.Methods.Probing.Requirement;
using static Explain.Engine.Vocabulary.Compat;

namespace Explain.Engine.Methods.Tables;

/// <summary>Methods that attribute the score to the pixels of the input.</summary>
internal static class PixelMethods
{
    /// <summary>The rows.</summary>
    // csharpier-ignore
    public static readonly IReadOnlyList<Method> Rows =
    [
        new()
        {
            Id = "saliency",             Run = InputGradients.Magnitude,                            Requirements = [InputGradient],                           Conventions = [Captum],                 Formula = MapFormulas.Saliency,
            Cost = "forward+backward",      Passes = Backwards(1),                                     OfInput = true, Reduce = ChannelReductions.MaxMagnitude,
            Summary = "The magnitude of the gradient of the score: which pixels the score would follow first.",
            Paper = "Simonyan et al. 2014, Deep Inside Convolutional Networks, section 3.1",
        },
        new()
        {
            Id = "inputxgradient",       Run = InputGradients.TimesInput,                           Requirements = [InputGradient],                           Conventions = [Captum],                 Formula = MapFormulas.InputTimesGradient,
            Cost = "forward+backward",      Passes = Backwards(1),                                     OfInput = true, Reduce = ChannelReductions.Sum,          SumsProducts = true,
            Summary = "Input times gradient: the share of each pixel in the score, where the model is linear.",
            Paper = "Shrikumar et al. 2016, Not Just a Black Box",
        },
        new()
        {
            Id = "integrated-gradients", Run = IntegratedGradients.Run,                             Requirements = [InputGradient],                           Conventions = [Captum],
            Cost = "50 × forward+backward", Passes = IntegratedGradients.Passes,                       OfInput = true, Reduce = ChannelReductions.Sum,
            Summary = "Gradients summed along the path from a baseline to the input: the values add up to the difference of the scores.",
            Paper = "Sundararajan et al. 2017, Axiomatic Attribution for Deep Networks, eq. 1",
            Notes = "`quadrature=riemann-trapezoid` is the true trapezoid rule; Captum's weights add up to (n − 1)/n only, 2 % too little with 50 nodes (`compat=captum`).",
        },
        new()
        {
            Id = "deeplift",             Run = DeepLift.Run,                                        Requirements = [AtInput(RuleSets.DeepLift)],              Conventions = [Captum],
            Cost = "2 × forward+backward",  Passes = DeepLift.Passes,                                  OfInput = true, Reduce = ChannelReductions.Sum,          LogitsOnly = true,
            Summary = "What differs from a baseline, handed down in proportion to the differences it makes: the values add up to the difference of the scores.",
            Paper = "Shrikumar et al. 2017, Learning Important Features Through Propagating Activation Differences, section 3.5.1",
            Notes = "Softmax, norms and normalisations are taken apart into functions of one number, sums and products, whose differences are exact, so that values add up in transformers too. What a comparison or another order of the largest values adds is no difference of an input, and is missing from the sum.",
        },
        new()
        {
            Id = "guided-backprop",      Run = PropagatedValues.AtPixels(RuleSets.Guided),          Requirements = [AtInput(RuleSets.Guided)],                Conventions = [Captum],
            Cost = "forward+backward",      Passes = Backwards(1),                                     OfInput = true, Reduce = ChannelReductions.Sum,
            Summary = "The gradient with only positive parts kept at every ReLU: fine structure that speaks for the class.",
            Paper = "Springenberg et al. 2015, Striving for Simplicity, section 3.4",
            Notes = "Every ReLU of the graph is guided, however it was written, and ReLU6 and its kin too. Libraries that swap modules miss those written as functions or used twice.",
        },
        new()
        {
            Id = "deconvnet",            Run = PropagatedValues.AtPixels(RuleSets.Deconvolution),   Requirements = [AtInput(RuleSets.Deconvolution)],         Conventions = [Captum],
            Cost = "forward+backward",      Passes = Backwards(1),                                     OfInput = true, Reduce = ChannelReductions.Sum,
            Summary = "The gradient with ReLUs applied on the way back instead of on the way forth.",
            Paper = "Zeiler and Fergus 2014, Visualizing and Understanding Convolutional Networks, section 2.1",
            Notes = "Every ReLU of the graph, however it was written.",
        },
        new()
        {
            Id = "guided-gradcam",       Run = PropagatedValues.GuidedGradCam,                      Requirements = [LayerGradient, AtInput(RuleSets.Guided)], Conventions = [PytorchGradCam, Captum],
            Cost = "forward+2 × backward",  Passes = Backwards(2),                                                     Reduce = ChannelReductions.Sum,
            Summary = "Guided backpropagation where Grad-CAM points: fine structure of the class alone.",
            Paper = "Selvaraju et al. 2017, Grad-CAM, section 3.2",
            Notes = "Grad-CAM's map is brought to the input's size as the paper does, bilinearly; Captum repeats the nearest value (`compat=captum`).",
        },
        new()
        {
            Id = "fullgrad",             Run = FullGradients.Run,                                   Requirements = [InputGradient],                           Conventions = [PytorchGradCam],
            Cost = "forward+backward",      Passes = Gradients(_ => 1),                                OfInput = true,
            Summary = "The gradients of the input and of all biases, which together make up the score.",
            Paper = "Srinivas and Fleuret 2019, Full-Gradient Representation for Neural Network Visualization, eq. 5",
            Notes = "All biases of the graph take part, those that batch normalisation hides too, and the answer says how closely everything adds up to the score. pytorch-grad-cam scales each channel by itself (`compat=pytorch-grad-cam`).",
        },
        new()
        {
            Id = "excitation-backprop",  Run = PropagatedValues.AtLayer(RuleSets.Excitation),       Requirements = [AtLayer(RuleSets.Excitation)],
            Cost = "forward+backward",      Passes = Backwards(1),                                                                                              LogitsOnly = true,
            Summary = "The probability that a feature map's place is the reason for the class, by what excites it.",
            Paper = "Zhang et al. 2018, Top-down Neural Attention by Excitation Backprop, eq. 5",
            Notes = "The image itself and the maps behind activations such as SiLU have negative values; they are taken as they are, and what arrives still adds up to 1.",
        },
        new()
        {
            Id = "cmwp",                 Run = PropagatedValues.AtLayer(RuleSets.Contrastive),      Requirements = [AtLayer(RuleSets.Excitation)],
            Cost = "forward+backward",      Passes = Backwards(1),                                                     Rectified = true,                                          LogitsOnly = true,
            Summary = "Excitation backpropagation of the class less that of its opposite: what speaks for this class alone.",
            Paper = "Zhang et al. 2018, Top-down Neural Attention by Excitation Backprop, section 3.3",
            Notes = "The opposite is taken off at the target layer; what is handed down is linear, so it does not matter at which layer that happens.",
        },
        new()
        {
            Id = "lrp-epsilon",          Run = PropagatedValues.Relevance(RuleSets.LrpEpsilon),     Requirements = [AtInput(RuleSets.LrpEpsilon)],
            Cost = "forward+backward",      Passes = Backwards(1),                                     OfInput = true, Reduce = ChannelReductions.Sum,          LogitsOnly = true,
            Summary = "Relevance in proportion to contributions, biases included.",
            Paper = "Bach et al. 2015, On Pixel-Wise Explanations, eq. 58",
            Notes = "Softmax, products of two computed values and normalisations follow Achtibat et al. 2024, AttnLRP, propositions 3.1, 3.3 and 3.4: a softmax keeps a part for itself, as biases do. The authors' own implementation is under a licence of its own, and nothing of it is used here.",
        },
        new()
        {
            Id = "lrp-gamma",            Run = PropagatedValues.Relevance(RuleSets.LrpGamma),       Requirements = [AtInput(RuleSets.LrpGamma)],
            Cost = "forward+backward",      Passes = Backwards(1),                                     OfInput = true, Reduce = ChannelReductions.Sum,          LogitsOnly = true,
            Summary = "Relevance in proportion to contributions, those for the class favoured.",
            Paper = "Montavon et al. 2019, Layer-Wise Relevance Propagation: An Overview, section 10.2",
            Notes = "The form for inputs of both signs. With the form for positive inputs alone, values of networks with negative activations grow without bound. Transformers as by `lrp-epsilon`.",
        },
        new()
        {
            Id = "lrp-alpha1beta0",      Run = PropagatedValues.Relevance(RuleSets.LrpAlpha1Beta0), Requirements = [AtInput(RuleSets.LrpAlpha1Beta0)],
            Cost = "forward+backward",      Passes = Backwards(1),                                     OfInput = true, Reduce = ChannelReductions.Sum,          LogitsOnly = true,
            Summary = "Relevance in proportion to positive contributions alone: nothing speaks against the class.",
            Paper = "Bach et al. 2015, On Pixel-Wise Explanations, eq. 60",
            Notes = "Softmax and normalisations hand on all that they get, products of two computed values as by `lrp-epsilon`. What nothing positive contributed to hands nothing down.",
        },
        new()
        {
            Id = "smoothgrad",           Run = NoisyGradients.Mean,                                 Requirements = [InputGradient],                           Conventions = [Captum],
            Cost = "25 × forward+backward", Passes = Gradients(w => NoisyGradients.Copies(w.Options)), OfInput = true, StopsInTime = true, Reduce = ChannelReductions.MaxMagnitude,
            Summary = "The mean gradient over noisy copies of the input: saliency without most of its noise.",
            Paper = "Smilkov et al. 2017, SmoothGrad, section 2.2",
            Notes = "The mean of the signed gradient under noise of 15 % of the input's range. Captum takes the mean of its magnitude, over five copies with a deviation of 1 whatever the range (`compat=captum`).",
        },
        new()
        {
            Id = "vargrad",              Run = NoisyGradients.Variance,                             Requirements = [InputGradient],                           Conventions = [Captum],
            Cost = "25 × forward+backward", Passes = Gradients(w => NoisyGradients.Copies(w.Options)), OfInput = true, StopsInTime = true, Reduce = ChannelReductions.MaxMagnitude,
            Summary = "The variance of the gradient over noisy copies of the input: where the score depends on details.",
            Paper = "Adebayo et al. 2018, Local Explanation Methods Lack Sensitivity to Parameter Values",
            Notes = "The variance of the signed gradient; Captum's is that of its magnitude (`compat=captum`).",
        },
    ];
}
