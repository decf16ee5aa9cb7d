using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Perturbation;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Models;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Tables;

/// <summary>Methods that change the input or the feature maps and watch the score; they need no gradient.</summary>
internal static class PerturbationMethods
{
    private const string LayerOnly = "a target layer with feature maps";
    private const string HeadOnly = "a target layer with feature maps that every way from the input to the score goes through";
    private const string ScoresOnly = "nothing but its scores";

    /// <summary>The rows.</summary>
    // csharpier-ignore
    public static readonly IReadOnlyList<Method> Rows =
    [
        new(new("scorecam", "Feature maps weighted by the score the model gives to the picture seen through each of them; no gradient.",
                "Wang et al. 2020, Score-CAM, eq. 4 to 7", "many forward", LayerOnly, 0.15f),
            [], true, ScoreCam.Plain)
        {
            ByChannel = true, Conventions = [Compat.PytorchGradCam, Compat.TorchCam], StopsInTime = true,
            Passes = w => new PassCount(ChannelOrder.Count(w.Channels, w.Options.Samples), 0, 0),
        },
        new(new("sscam", "Score-CAM, averaged over masks with noise.",
                "Wang, H. et al. 2020, SS-CAM, eq. 4", "very many forward", LayerOnly, 0.15f),
            [], true, ScoreCam.Smoothed)
        {
            ByChannel = true, Conventions = [Compat.TorchCam], StopsInTime = true, Passes = w => new PassCount(w.Channels * ScoreCam.Draws(w.Options), 0, 0),
        },
        new(new("iscam", "Score-CAM, averaged over masks from faint to full.",
                "Naidu et al. 2020, IS-CAM, eq. 6", "very many forward", LayerOnly, 0.15f),
            [], true, ScoreCam.Integrated)
        {
            ByChannel = true, Conventions = [Compat.TorchCam], StopsInTime = true, Passes = w => new PassCount(w.Channels * ScoreCam.IntegrationSteps(w.Options), 0, 0),
        },
        new(new("ablationcam", "Feature maps weighted by what the score loses without each of them; no gradient.",
                "Desai and Ramaswamy 2020, Ablation-CAM, eq. 3 and 4", "many head", HeadOnly, 0.15f),
            [Requirement.Head], true, AblationCam.Run)
        {
            ByChannel = true, Conventions = [Compat.PytorchGradCam], StopsInTime = true, DefaultLayers = LastHead,
            Passes = w => new PassCount(0, ChannelOrder.Count(w.Channels, w.Options.Samples), 0),
        },
        new(new("reciprocam", "The score the model gives when one place of the feature maps is all it gets; no gradient.",
                "Byun and Lee 2022, Recipro-CAM, eq. 3 and 4", "many head", HeadOnly, 0.15f),
            [Requirement.Head], false, ReciproCam.Run)
        {
            Conventions = [Compat.OpenvinoXai], StopsInTime = true, DefaultLayers = LastHead, Passes = w => new PassCount(0, w.Height * w.Width, 0),
        },
        new(new("occlusion", "What the score loses when a window covers a part of the picture.",
                "Zeiler and Fergus 2014, Visualizing and Understanding Convolutional Networks, section 4.2", "many forward", ScoresOnly, 0.15f),
            [], false, Occlusion.Run)
        {
            OfInput = true, Conventions = [Compat.Captum], StopsInTime = true, Passes = w => new PassCount(Occlusion.Grid(w.InputHeight, w.InputWidth, w.Options).Count, 0, 0),
        },
        new(new("rise", "Random masks, weighed with the score of the picture seen through them.",
                "Petsiuk, Das and Saenko 2018, RISE, eq. 6", "thousands of forward", ScoresOnly, 0.15f),
            [], false, Rise.Run)
        {
            OfInput = true, OfProbability = true, StopsInTime = true, Passes = w => new PassCount(Rise.Masks(w.Options), 0, 0),
        },
        new(new("aise", "Smooth spots of three widths, put where showing and hiding them changes the score most.",
                "OpenVINO XAI 1.1, Adaptive Input Sampling for Explanation", "hundreds of forward", ScoresOnly, 0.15f),
            [], false, Aise.Run)
        {
            OfInput = true, OfProbability = true, StopsInTime = true, Passes = w => new PassCount(2 * w.Targets * Aise.Count(w.Options), 0, 0),
        },
        new(new("lime", "How much showing each superpixel adds to the score near the picture, by a linear model of random choices.",
                "Ribeiro, Singh and Guestrin 2016, Why Should I Trust You, eq. 1 and 2", "hundreds of forward", ScoresOnly, 0.15f),
            [], false, Lime.Run)
        {
            OfInput = true, OfProbability = true, StopsInTime = true, Passes = w => new PassCount(Lime.Count(w.Options), 0, 0),
        },
        new(new("kernelshap", "Shapley values of superpixels: they add up to the score minus the score of an empty picture.",
                "Lundberg and Lee 2017, A Unified Approach to Interpreting Model Predictions, eq. 8", "hundreds of forward", ScoresOnly, 0.15f),
            [], false, KernelShap.Run)
        {
            OfInput = true, StopsInTime = true, Passes = w => new PassCount(KernelShap.Count(w.Options) + 1, 0, 0),
        },
    ];

    // In a residual block, the last layer is often one of the ways.
    private static IReadOnlyList<string> LastHead(Model model) =>
        model.Description is not { Layer: { } own, Layers: var layers }
            ? []
            :
            [
                layers
                    .Reverse()
                    .SkipWhile(l => l.Name != own)
                    .Select(l => l.Name)
                    .FirstOrDefault(l => Requirement.Head.WhyNot(model, l) is null)
                    ?? own,
            ];
}
