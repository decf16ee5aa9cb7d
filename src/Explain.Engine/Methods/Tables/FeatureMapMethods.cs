using Explain.Engine.Methods.Layers;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Models;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Tables;

/// <summary>Methods that combine the feature maps and gradients of a layer.</summary>
internal static class FeatureMapMethods
{
    private const string NoGradient = "a target layer with feature maps";
    private const int RefinedResolutions = 3;

    // A padded map is not one of the model's resolutions.
    private const string Padding = "Pad";

    /// <summary>The rows.</summary>
    // csharpier-ignore
    public static readonly IReadOnlyList<Method> Rows =
    [
        Gradient("gradcam", "Feature maps weighted by the mean gradient of the score, rectified: where the layer speaks for the class.",
            "Selvaraju et al. 2017, Grad-CAM, eq. 1 and 2", ChannelMaps.Weighted(GradientFormulas.Mean), Compat.PytorchGradCam, Compat.TorchCam, Compat.Captum) with { ByChannel = true },
        new(new("cam", "Feature maps weighted by the classifier's own weights; no gradient and no ReLU.",
                "Zhou et al. 2016, Learning Deep Features for Discriminative Localization, eq. 2", "forward", Requirement.LinearHead.Text, 0.20f),
            [Requirement.LinearHead], false, ClosedForm.Cam)
        {
                LogitsOnly = true, ByChannel = true, Conventions = [Compat.TorchCam], Passes = _ => new PassCount(0, 0, 0),
        },
        Gradient("hirescam", "Feature maps times gradient, place by place: faithful to the model where Grad-CAM's averaging is not.",
            "Draelos and Carin 2020, HiResCAM, eq. 3", ChannelMaps.Summed(GradientFormulas.Product), Compat.PytorchGradCam, Compat.Captum) with { ByChannel = true },
        Gradient("gradcam-elementwise", "HiResCAM with every channel's negative evidence dropped before it is summed.",
            "Pillai and Pirsiavash 2021, Explainable Models with Consistent Interpretations, section 3.1", ChannelMaps.Summed(GradientFormulas.PositiveProduct), Compat.PytorchGradCam) with { ByChannel = true },
        Gradient("layercam", "Feature maps times positive gradient, place by place: works on early layers too.",
            "Jiang et al. 2021, LayerCAM, eq. 4 and 5", ChannelMaps.Summed(GradientFormulas.PositiveGradient), Compat.PytorchGradCam, Compat.TorchCam) with { ByChannel = true, Fuse = Fusion.LayerCam },
        Gradient("gradcam++", "Grad-CAM with weights that count every occurrence of the class equally.",
            "Chattopadhyay et al. 2018, Grad-CAM++, eq. 19", PlusPlus, Compat.PytorchGradCam, Compat.TorchCam) with { ByChannel = true },
        Gradient("smoothgradcam++", "Grad-CAM++ with derivatives averaged over noisy copies of the input.",
            "Omeiza et al. 2019, Smooth Grad-CAM++, eq. 9 to 11", SmoothPlusPlus.Run, Compat.TorchCam) with { ByChannel = true, StopsInTime = true, Passes = w => new PassCount(w.Targets * SmoothPlusPlus.Count(w.Options), 0, w.Targets * SmoothPlusPlus.Count(w.Options)) },
        Gradient("xgradcam", "Grad-CAM with weights that keep sensitivity and conservation.", "Fu et al. 2020, Axiom-based Grad-CAM, eq. 7",
            ChannelMaps.Weighted(GradientFormulas.XGrad, (Compat.PytorchGradCam, GradientFormulas.XGradPytorch), (Compat.TorchCam, GradientFormulas.XGradTorch)),
            Compat.PytorchGradCam, Compat.TorchCam) with { ByChannel = true },
        Gradient("shapleycam", "Grad-CAM with weights to the second order: what the score loses without the channel, seen from both ends.",
            "Cai 2025, CAMs as Shapley Value-based Explainers, eq. 12", ShapleyCam.Run, Compat.PytorchGradCam) with { Requirements = [Requirement.LayerGradient, Requirement.LayerCurvature], ByChannel = true, Passes = w => new PassCount(0, 0, 3 * w.Targets) },
        Gradient("finercam", "Grad-CAM of what sets the class apart from the three most like it.",
            "Zhang et al. 2025, Finer-CAM, eq. 4", FinerCam.Run, Compat.PytorchGradCam, Compat.TorchCam) with
            {
                Requirements = [Requirement.ClassScores, Requirement.LayerGradient],
                ByChannel = true,
                LogitsOnly = true,
            },
        Gradient("refinecam", "Grad-CAM++ of several layers, multiplied: where the last layer of each resolution agrees.",
            "pytorch-grad-cam and torch-cam, RefineCAM", PlusPlus, Compat.PytorchGradCam, Compat.TorchCam) with { ByChannel = true, Fuse = Fusion.Product, DefaultLayers = LastOfEachResolution },
        Gradient("eigengradcam", "The first principal component of feature maps times gradient: the pattern that most of the class's evidence shares.",
            "pytorch-grad-cam, EigenGradCAM", EigenMaps.OfProducts, Compat.PytorchGradCam),
        Gradient("segeigencam", "The first principal component of feature maps times the gradient's magnitude.",
            "pytorch-grad-cam, SegEigenCAM", EigenMaps.OfMagnitudes, Compat.PytorchGradCam),
        Activation("eigencam", "The first principal component of the feature maps, whatever the class: what dominates the layer.",
            "Muhammad and Yeasin 2020, Eigen-CAM, section III", true, EigenMaps.OfActivations, Compat.PytorchGradCam),
        Activation("kpcacam", "The first kernel principal component of the feature maps, whatever the class.",
            "Karmani et al. 2024, KPCA-CAM, eq. 5", true, EigenMaps.Kernel, Compat.PytorchGradCam) with { Requirements = [EigenMaps.FewPlaces] },
        Activation("fem", "Feature maps weighted by how often they are unusually strong, whatever the class.",
            "Fuad et al. 2020, Features Understanding in 3D CNNs (FEM), section 3", true, ChannelFormulas.Fem, Compat.PytorchGradCam) with { ByChannel = true },
        Activation("activationmap", "The mean of the feature maps, whatever the class.", "OpenVINO XAI, ActivationMap", false, ChannelFormulas.Mean, Compat.OpenvinoXai),
        Activation("randomcam", "Feature maps weighted at random: the baseline that every other method should beat.",
            "pytorch-grad-cam, RandomCAM", true, ChannelFormulas.Random, Compat.PytorchGradCam) with { ByChannel = true },
    ];

    private static Algorithm PlusPlus =>
        ChannelMaps.Weighted(
            GradientFormulas.PlusPlus,
            (Compat.PytorchGradCam, GradientFormulas.PlusPlusPytorch),
            (Compat.TorchCam, GradientFormulas.PlusPlusTorch)
        );

    private static Method Gradient(string id, string summary, string paper, Algorithm run, params Compat[] conventions) =>
        new(new(id, summary, paper, "forward+backward", Requirement.LayerGradient.Text, 0.15f), [Requirement.LayerGradient], true, run)
        {
            Conventions = conventions,
        };

    private static Method Activation(string id, string summary, string paper, bool rectified, Algorithm run, params Compat[] conventions) =>
        new(new(id, summary, paper, "forward", NoGradient, 0.15f), [], rectified, run)
        {
            Conventions = conventions,
            Passes = _ => new PassCount(0, 0, 0),
        };

    private static IReadOnlyList<string> LastOfEachResolution(Model model)
    {
        var description = model.Description;
        if (description.Layers.FirstOrDefault(l => l.Name == description.Layer) is not { } last)
            return [];
        var before = description
            .Layers.TakeWhile(l => l != last)
            .Reverse()
            .Where(l => l.Height > last.Height && l.Operator != Padding && Requirement.LayerGradient.WhyNot(model, l.Name) is null)
            .DistinctBy(l => (l.Height, l.Width));
        return [.. before.Take(RefinedResolutions - 1).Reverse().Select(l => l.Name), last.Name];
    }
}
