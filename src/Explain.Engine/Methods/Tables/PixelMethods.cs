using Explain.Autodiff.Rules;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Pixels;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Tables;

/// <summary>Methods that attribute the score to the pixels of the input.</summary>
internal static class PixelMethods
{
    private static readonly Requirement Guided = Requirement.AtInput(RuleSets.Guided);
    private static readonly Requirement Deconvolved = Requirement.AtInput(RuleSets.Deconvolution);
    private static readonly Requirement Compared = Requirement.AtInput(RuleSets.DeepLift);
    private static readonly Requirement Excited = Requirement.AtLayer(RuleSets.Excitation);

    /// <summary>The rows.</summary>
    // csharpier-ignore
    public static readonly IReadOnlyList<Method> Rows =
    [
        new(new("saliency", "The magnitude of the gradient of the score: which pixels the score would follow first.",
                "Simonyan et al. 2014, Deep Inside Convolutional Networks, section 3.1", "forward+backward", Requirement.InputGradient.Text, 0.15f),
            [Requirement.InputGradient], false, InputGradients.Magnitude) { OfInput = true, Conventions = [Compat.Captum], Reduce = ChannelReductions.MaxMagnitude },
        new(new("inputxgradient", "Input times gradient: the share of each pixel in the score, where the model is linear.",
                "Shrikumar et al. 2016, Not Just a Black Box", "forward+backward", Requirement.InputGradient.Text, 0.15f),
            [Requirement.InputGradient], false, InputGradients.TimesInput) { OfInput = true, Conventions = [Compat.Captum], Reduce = ChannelReductions.Sum },
        new(new("integrated-gradients", "Gradients summed along the path from a baseline to the input: the values add up to the difference of the scores.",
                "Sundararajan et al. 2017, Axiomatic Attribution for Deep Networks, eq. 1", "50 × forward+backward", Requirement.InputGradient.Text, 0.15f),
            [Requirement.InputGradient], false, IntegratedGradients.Run)
        {
            OfInput = true, Conventions = [Compat.Captum], Reduce = ChannelReductions.Sum,
            Passes = w => Each(w, IntegratedGradients.Nodes(w.Options)) + new PassCount(1, 0, 0),
        },
        new(new("deeplift", "What differs from a baseline, handed down in proportion to the differences it makes: the values add up to the difference of the scores.",
                "Shrikumar et al. 2017, Learning Important Features Through Propagating Activation Differences, section 3.5.1", "2 × forward+backward", Compared.Text, 0.15f),
            [Compared], false, DeepLift.Run)
        {
            OfInput = true, LogitsOnly = true, Conventions = [Compat.Captum], Reduce = ChannelReductions.Sum, Passes = w => new PassCount(2 * w.Targets + 1, 0, w.Targets),
        },
        new(new("guided-backprop", "The gradient with only positive parts kept at every ReLU: fine structure that speaks for the class.",
                "Springenberg et al. 2015, Striving for Simplicity, section 3.4", "forward+backward", Guided.Text, 0.15f),
            [Guided], false, PropagatedValues.AtPixels(RuleSets.Guided)) { OfInput = true, Conventions = [Compat.Captum], Reduce = ChannelReductions.Sum },
        new(new("deconvnet", "The gradient with ReLUs applied on the way back instead of on the way forth.",
                "Zeiler and Fergus 2014, Visualizing and Understanding Convolutional Networks, section 2.1", "forward+backward", Deconvolved.Text, 0.15f),
            [Deconvolved], false, PropagatedValues.AtPixels(RuleSets.Deconvolution)) { OfInput = true, Conventions = [Compat.Captum], Reduce = ChannelReductions.Sum },
        new(new("guided-gradcam", "Guided backpropagation where Grad-CAM points: fine structure of the class alone.",
                "Selvaraju et al. 2017, Grad-CAM, section 3.2", "forward+2 × backward", $"{Requirement.LayerGradient.Text}, and {Guided.Text}", 0.15f),
            [Requirement.LayerGradient, Guided], false, PropagatedValues.GuidedGradCam)
        {
            Conventions = [Compat.PytorchGradCam, Compat.Captum], Reduce = ChannelReductions.Sum, Passes = w => new PassCount(0, 0, 2 * w.Targets),
        },
        new(new("fullgrad", "The gradients of the input and of all biases, which together make up the score.",
                "Srinivas and Fleuret 2019, Full-Gradient Representation for Neural Network Visualization, eq. 5", "forward+backward", Requirement.InputGradient.Text, 0.15f),
            [Requirement.InputGradient], false, FullGradients.Run) { OfInput = true, Conventions = [Compat.PytorchGradCam], Passes = w => Each(w, 1) },
        new(new("excitation-backprop", "The probability that a feature map's place is the reason for the class, by what excites it.",
                "Zhang et al. 2018, Top-down Neural Attention by Excitation Backprop, eq. 5", "forward+backward", Excited.Text, 0.15f),
            [Excited], false, PropagatedValues.AtLayer(RuleSets.Excitation)) { LogitsOnly = true },
        new(new("cmwp", "Excitation backpropagation of the class less that of its opposite: what speaks for this class alone.",
                "Zhang et al. 2018, Top-down Neural Attention by Excitation Backprop, section 3.3", "forward+backward", Excited.Text, 0.15f),
            [Excited], true, PropagatedValues.AtLayer(RuleSets.Contrastive)) { LogitsOnly = true },
        Lrp("lrp-epsilon", "Relevance in proportion to contributions, biases included.", "Bach et al. 2015, On Pixel-Wise Explanations, eq. 58", RuleSets.LrpEpsilon),
        Lrp("lrp-gamma", "Relevance in proportion to contributions, those for the class favoured.", "Montavon et al. 2019, Layer-Wise Relevance Propagation: An Overview, section 10.2", RuleSets.LrpGamma),
        Lrp("lrp-alpha1beta0", "Relevance in proportion to positive contributions alone: nothing speaks against the class.", "Bach et al. 2015, On Pixel-Wise Explanations, eq. 60", RuleSets.LrpAlpha1Beta0),
        new(new("smoothgrad", "The mean gradient over noisy copies of the input: saliency without most of its noise.",
                "Smilkov et al. 2017, SmoothGrad, section 2.2", "25 × forward+backward", Requirement.InputGradient.Text, 0.15f),
            [Requirement.InputGradient], false, NoisyGradients.Mean)
        {
            OfInput = true, Conventions = [Compat.Captum], Reduce = ChannelReductions.MaxMagnitude, StopsInTime = true, Passes = w => Each(w, NoisyGradients.Copies(w.Options)),
        },
        new(new("vargrad", "The variance of the gradient over noisy copies of the input: where the score depends on details.",
                "Adebayo et al. 2018, Local Explanation Methods Lack Sensitivity to Parameter Values", "25 × forward+backward", Requirement.InputGradient.Text, 0.15f),
            [Requirement.InputGradient], false, NoisyGradients.Variance)
        {
            OfInput = true, Conventions = [Compat.Captum], Reduce = ChannelReductions.MaxMagnitude, StopsInTime = true, Passes = w => Each(w, NoisyGradients.Copies(w.Options)),
        },
    ];

    // Every target has gradients of its own, at inputs of its own.
    private static PassCount Each(Workload work, int inputs) => new(inputs * work.Targets, 0, inputs * work.Targets);

    private static Method Lrp(string id, string summary, string paper, RuleSet rules) =>
        new(
            new(id, summary, paper, "forward+backward", Requirement.AtInput(rules).Text, 0.15f),
            [Requirement.AtInput(rules)],
            false,
            PropagatedValues.Relevance(rules)
        )
        {
            OfInput = true,
            LogitsOnly = true,
            Reduce = ChannelReductions.Sum,
        };
}
