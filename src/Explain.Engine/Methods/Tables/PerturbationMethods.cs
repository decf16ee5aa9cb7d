using Explain.Engine.Methods.Layers;
using Explain.Engine.Methods.Perturbation;
using Explain.Engine.Methods.Probing;
using static Explain.Engine.Methods.Options.CostRules;
using static Explain.Engine.Methods.Probing.Requirement;
using static Explain.Engine.Vocabulary.Compat;

namespace Explain.Engine.Methods.Tables;

/// <summary>Methods that change the input or the feature maps and watch the score; they need no gradient.</summary>
internal static class PerturbationMethods
{
    /// <summary>The rows.</summary>
    // csharpier-ignore
    public static readonly IReadOnlyList<Method> Rows =
    [
        new()
        {
            Id = "scorecam",    Run = ScoreCam.Plain,      Requirements = [TargetLayer], Conventions = [PytorchGradCam, TorchCam],
            Cost = "many forward",         Passes = Forwards(w => ChannelOrder.Count(w.Channels, w.Options.Samples)),                            Rectified = true, ByChannel = true, StopsInTime = true,
            Summary = "Feature maps weighted by the score the model gives to the image seen through each of them; no gradient.",
            Paper = "Wang et al. 2020, Score-CAM, eq. 4 to 7",
            Notes = "Constant channels are left out: there is nothing to see through them, and scaling them divides by zero.",
        },
        new()
        {
            Id = "sscam",       Run = ScoreCam.Smoothed,   Requirements = [TargetLayer], Conventions = [TorchCam],
            Cost = "very many forward",    Passes = Forwards(w => w.Channels * ScoreCam.Draws(w.Options)),                                       Rectified = true, ByChannel = true, StopsInTime = true,
            Summary = "Score-CAM, averaged over masks with noise.",
            Paper = "Wang, H. et al. 2020, SS-CAM, eq. 4",
        },
        new()
        {
            Id = "iscam",       Run = ScoreCam.Integrated, Requirements = [TargetLayer], Conventions = [TorchCam],
            Cost = "very many forward",    Passes = Forwards(w => w.Channels * ScoreCam.IntegrationSteps(w.Options)),                            Rectified = true, ByChannel = true, StopsInTime = true,
            Summary = "Score-CAM, averaged over masks from faint to full.",
            Paper = "Naidu et al. 2020, IS-CAM, eq. 6",
            Notes = "Masks grow from 1/n to 1 in even steps, as in the paper; torch-cam's coefficient runs on to 5.5 (`compat=torch-cam`).",
        },
        new()
        {
            Id = "ablationcam", Run = AblationCam.Run,     Requirements = [Head],        Conventions = [PytorchGradCam],
            Cost = "many head",            Passes = Heads(w => ChannelOrder.Count(w.Channels, w.Options.Samples)),                               Rectified = true, ByChannel = true, StopsInTime = true, DefaultLayers = DefaultLayers.LastHead,
            Summary = "Feature maps weighted by what the score loses without each of them; no gradient.",
            Paper = "Desai and Ramaswamy 2020, Ablation-CAM, eq. 3 and 4",
            Notes = "An ablated channel is zero, and the loss is divided by the magnitude of the score. pytorch-grad-cam fills with a value that depends on the channel's place in its batch when a layer has negative values, and turns signs around when the score is negative. Of tokens, a channel is zero in the class and register tokens, too.",
        },
        new()
        {
            Id = "reciprocam",  Run = ReciproCam.Run,      Requirements = [Head],        Conventions = [OpenvinoXai],
            Cost = "many head",            Passes = Heads(w => w.Height * w.Width),                                                                                                  StopsInTime = true, DefaultLayers = DefaultLayers.LastHead,
            Summary = "The score the model gives when one place of the feature maps is all it gets; no gradient.",
            Paper = "Byun and Lee 2022, Recipro-CAM, eq. 3 and 4",
            Notes = "Scores as they are, no ReLU; no mask is ever stored. Of tokens, a patch is shown alone beside the class and register tokens, which stay; OpenVINO XAI shows its neighbours with it, by a Gaussian of 3×3 (`compat=openvino-xai`). In a residual block it looks at the sum, where every way goes through.",
        },
        new()
        {
            Id = "occlusion",   Run = Occlusion.Run,       Requirements = [ScoresOnly],  Conventions = [Captum],
            Cost = "many forward",         Passes = Forwards(w => Occlusion.Grid(w.InputHeight, w.InputWidth, w.Options).Count), OfInput = true,                                     StopsInTime = true,
            Summary = "What the score loses when a window covers a part of the image.",
            Paper = "Zeiler and Fergus 2014, Visualizing and Understanding Convolutional Networks, section 4.2",
            Notes = "Each pixel's value is the mean over the windows that cover it, also at the right and lower edge, which Xplique drops.",
        },
        new()
        {
            Id = "rise",        Run = Rise.Run,            Requirements = [ScoresOnly],
            Cost = "thousands of forward", Passes = Forwards(w => Rise.Masks(w.Options)),                                        OfInput = true,                                     StopsInTime = true, OfProbability = true,
            Summary = "Random masks, weighed with the score of the image seen through them.",
            Paper = "Petsiuk, Das and Saenko 2018, RISE, eq. 6",
            Notes = "Masks have the image's proportions, and weights are divided by their expected cover. OpenVINO XAI's masks leave a part of non-square images uncovered.",
        },
        new()
        {
            Id = "aise",        Run = Aise.Run,            Requirements = [ScoresOnly],
            Cost = "hundreds of forward",  Passes = Forwards(w => 2 * w.Targets * Aise.Count(w.Options)),                        OfInput = true,                                     StopsInTime = true, OfProbability = true,
            Summary = "Smooth spots of three widths, put where showing and hiding them changes the score most.",
            Paper = "OpenVINO XAI 1.1, Adaptive Input Sampling for Explanation",
        },
        new()
        {
            Id = "lime",        Run = Lime.Run,            Requirements = [ScoresOnly],
            Cost = "hundreds of forward",  Passes = Forwards(w => Lime.Count(w.Options)),                                        OfInput = true,                                     StopsInTime = true, OfProbability = true,
            Summary = "How much showing each superpixel adds to the score near the image, by a linear model of random choices.",
            Paper = "Ribeiro, Singh and Guestrin 2016, Why Should I Trust You, eq. 1 and 2",
            Notes = "What is not shown has the mean colour of its superpixel.",
        },
        new()
        {
            Id = "kernelshap",  Run = KernelShap.Run,      Requirements = [ScoresOnly],
            Cost = "hundreds of forward",  Passes = Forwards(w => KernelShap.Count(w.Options) + 1),                              OfInput = true,                                     StopsInTime = true,
            Summary = "Shapley values of superpixels: they add up to the score minus the score of an empty image.",
            Paper = "Lundberg and Lee 2017, A Unified Approach to Interpreting Model Predictions, eq. 8",
        },
    ];
}
