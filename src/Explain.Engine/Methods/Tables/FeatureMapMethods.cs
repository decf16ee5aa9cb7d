using Explain.Autodiff.Export;
using Explain.Engine.Methods.Layers;
using Explain.Engine.Methods.Probing;
using static Explain.Engine.Methods.Layers.ChannelMaps;
using static Explain.Engine.Methods.Layers.GradientFormulas;
using static Explain.Engine.Methods.Options.CostRules;
using static Explain.Engine.Methods.Probing.Requirement;
using static Explain.Engine.Vocabulary.Compat;

namespace Explain.Engine.Methods.Tables;

/// <summary>Methods that combine the feature maps and gradients of a layer.</summary>
internal static class FeatureMapMethods
{
    private const string Componentwise =
        "A principal component has no sign of its own, and libraries show whichever one their decomposition happens to return; "
        + "here it is turned so that it agrees with the mean of the feature maps.";

    /// <summary>The rows.</summary>
    // csharpier-ignore
    public static readonly IReadOnlyList<Method> Rows =
    [
        new()
        {
            Id = "gradcam",             Run = Weighted(Mean),           Requirements = [LayerGradient],                       Conventions = [PytorchGradCam, TorchCam, Captum], Formula = MapFormulas.GradCam,
            Cost = "forward+backward", Passes = Backwards(1),                                    Rectified = true, ByChannel = true,
            Summary = "Feature maps weighted by the mean gradient of the score, rectified: where the layer speaks for the class.",
            Paper = "Selvaraju et al. 2017, Grad-CAM, eq. 1 and 2",
            Notes = "Captum keeps negative evidence in its map unless asked not to (`compat=captum`).",
        },
        new()
        {
            Id = "cam",                 Run = ClosedForm.Cam,           Requirements = [LinearHead],                          Conventions = [TorchCam],                         Formula = MapFormulas.Cam,
            Cost = "forward",          Passes = Free,                                                              ByChannel = true, LogitsOnly = true, Threshold = 0.20f,
            Summary = "Feature maps weighted by the classifier's own weights; no gradient and no ReLU.",
            Paper = "Zhou et al. 2016, Learning Deep Features for Discriminative Localization, eq. 2",
            Notes = "The paper's map: no bias, no ReLU, negative evidence kept; `sign=positive` rectifies it.",
        },
        new()
        {
            Id = "hirescam",            Run = Summed(Product),          Requirements = [LayerGradient],                       Conventions = [PytorchGradCam, Captum],           Formula = MapFormulas.HiResCam,
            Cost = "forward+backward", Passes = Backwards(1),                                    Rectified = true, ByChannel = true, SumsProducts = true,
            Summary = "Feature maps times gradient, place by place: faithful to the model where Grad-CAM's averaging is not.",
            Paper = "Draelos and Carin 2020, HiResCAM, eq. 3",
        },
        new()
        {
            Id = "gradcam-elementwise", Run = Summed(PositiveProduct),  Requirements = [LayerGradient],                       Conventions = [PytorchGradCam],                   Formula = MapFormulas.ElementwiseGradCam,
            Cost = "forward+backward", Passes = Backwards(1),                                    Rectified = true, ByChannel = true,
            Summary = "HiResCAM with every channel's negative evidence dropped before it is summed.",
            Paper = "Pillai and Pirsiavash 2021, Explainable Models with Consistent Interpretations, section 3.1",
        },
        new()
        {
            Id = "layercam",            Run = Summed(PositiveGradient), Requirements = [LayerGradient],                       Conventions = [PytorchGradCam, TorchCam],         Formula = MapFormulas.LayerCam,
            Cost = "forward+backward", Passes = Backwards(1),                                    Rectified = true, ByChannel = true, Fuse = Fusion.LayerCam,
            Summary = "Feature maps times positive gradient, place by place: works on early layers too.",
            Paper = "Jiang et al. 2021, LayerCAM, eq. 4 and 5",
        },
        new()
        {
            Id = "gradcam++",           Run = GradCamPlusPlus,          Requirements = [LayerGradient],                       Conventions = [PytorchGradCam, TorchCam],         Formula = MapFormulas.GradCamPlusPlus,
            Cost = "forward+backward", Passes = Backwards(1),                                    Rectified = true, ByChannel = true,
            Summary = "Grad-CAM with weights that count every occurrence of the class equally.",
            Paper = "Chattopadhyay et al. 2018, Grad-CAM++, eq. 19",
            Notes = "The paper's α, without an ε. pytorch-grad-cam adds 1e-6 to the denominator (`compat=pytorch-grad-cam`); torch-cam's weights come out as Σ max(G, 0)³, because its division goes into a copy (`compat=torch-cam`).",
        },
        new()
        {
            Id = "smoothgradcam++",     Run = SmoothPlusPlus.Run,       Requirements = [LayerGradient],                       Conventions = [TorchCam],
            Cost = "10 × forward+backward", Passes = Gradients(w => SmoothPlusPlus.Count(w.Options)), Rectified = true, ByChannel = true, StopsInTime = true,
            Summary = "Grad-CAM++ with derivatives averaged over noisy copies of the input.",
            Paper = "Omeiza et al. 2019, Smooth Grad-CAM++, eq. 9 to 11",
            Notes = "Derivatives are averaged over all noisy inputs and weigh the feature maps of the clean one. torch-cam takes the first derivative and the feature maps of its last noisy input (`compat=torch-cam`).",
        },
        new()
        {
            Id = "xgradcam",            Run = XGradCam,                 Requirements = [LayerGradient],                       Conventions = [PytorchGradCam, TorchCam],         Formula = MapFormulas.XGradCam,
            Cost = "forward+backward", Passes = Backwards(1),                                    Rectified = true, ByChannel = true,
            Summary = "Grad-CAM with weights that keep sensitivity and conservation.",
            Paper = "Fu et al. 2020, Axiom-based Grad-CAM, eq. 7",
            Notes = "Where the activations of a channel add up to zero its weight is zero. The libraries add a small ε to that sum without looking at its sign, so such weights explode.",
        },
        new()
        {
            Id = "shapleycam",          Run = ShapleyCam.Run,           Requirements = [LayerGradient, LayerCurvature],       Conventions = [PytorchGradCam],
            Cost = "forward+backward", Passes = Backwards(3),                                    Rectified = true, ByChannel = true,
            Summary = "Grad-CAM with weights to the second order: what the score loses without the channel, seen from both ends.",
            Paper = "Cai 2025, CAMs as Shapley Value-based Explainers, eq. 12",
            Notes = "The second derivative is exact. Where the head is linear in the layer it is zero, and the map is Grad-CAM's; `score=probability` or `rest` brings it in.",
        },
        new()
        {
            Id = "finercam",            Run = FinerCam.Run,             Requirements = [ClassScores, LayerGradient],          Conventions = [PytorchGradCam, TorchCam],
            Cost = "forward+backward", Passes = Backwards(1),                                    Rectified = true, ByChannel = true, LogitsOnly = true,
            Summary = "Grad-CAM of what sets the class apart from the three most like it.",
            Paper = "Zhang et al. 2025, Finer-CAM, eq. 4",
            Notes = "The class less 0.6 times the mean of its three nearest rivals, as the paper and torch-cam have it. pytorch-grad-cam weighs rivals by their probability, and lets the gradient flow through it (`compat=pytorch-grad-cam`).",
        },
        new()
        {
            Id = "refinecam",           Run = GradCamPlusPlus,          Requirements = [LayerGradient],                       Conventions = [PytorchGradCam, TorchCam],
            Cost = "forward+backward", Passes = Backwards(1),                                    Rectified = true, ByChannel = true, Fuse = Fusion.Product, DefaultLayers = DefaultLayers.LastOfEachResolution,
            Summary = "Grad-CAM++ of several layers, multiplied: where the last layer of each resolution agrees.",
            Paper = "pytorch-grad-cam and torch-cam, RefineCAM",
            Notes = "One layer for each of the last three resolutions, unless `layer` names others.",
        },
        new()
        {
            Id = "eigengradcam",        Run = EigenMaps.OfProducts,     Requirements = [LayerGradient],                       Conventions = [PytorchGradCam],
            Cost = "forward+backward", Passes = Backwards(1),                                    Rectified = true,
            Summary = "The first principal component of feature maps times gradient: the pattern that most of the class's evidence shares.",
            Paper = "pytorch-grad-cam, EigenGradCAM",
            Notes = Componentwise,
        },
        new()
        {
            Id = "segeigencam",         Run = EigenMaps.OfMagnitudes,   Requirements = [LayerGradient],                       Conventions = [PytorchGradCam],
            Cost = "forward+backward", Passes = Backwards(1),                                    Rectified = true,
            Summary = "The first principal component of feature maps times the gradient's magnitude.",
            Paper = "pytorch-grad-cam, SegEigenCAM",
            Notes = "Turned so that its largest magnitude is positive, as in its library.",
        },
        new()
        {
            Id = "eigencam",            Run = EigenMaps.OfActivations,  Requirements = [TargetLayer],                         Conventions = [PytorchGradCam],
            Cost = "forward",          Passes = Free,                                            Rectified = true,
            Summary = "The first principal component of the feature maps, whatever the class: what dominates the layer.",
            Paper = "Muhammad and Yeasin 2020, Eigen-CAM, section III",
            Notes = Componentwise,
        },
        new()
        {
            Id = "kpcacam",             Run = EigenMaps.Kernel,         Requirements = [TargetLayer, EigenMaps.FewPositions], Conventions = [PytorchGradCam],
            Cost = "forward",          Passes = Free,                                            Rectified = true,
            Summary = "The first kernel principal component of the feature maps, whatever the class.",
            Paper = "Karmani et al. 2024, KPCA-CAM, eq. 5",
            Notes = Componentwise,
        },
        new()
        {
            Id = "fem",                 Run = ChannelFormulas.Fem,      Requirements = [TargetLayer],                         Conventions = [PytorchGradCam],
            Cost = "forward",          Passes = Free,                                            Rectified = true, ByChannel = true,
            Summary = "Feature maps weighted by how often they are unusually strong, whatever the class.",
            Paper = "Fuad et al. 2020, Features Understanding in 3D CNNs (FEM), section 3",
            Notes = "Weights are shares of places above mean + 2σ, as the paper and pytorch-grad-cam have it; Xplique multiplies masks by means instead.",
        },
        new()
        {
            Id = "activationmap",       Run = ChannelFormulas.Mean,     Requirements = [TargetLayer],                         Conventions = [OpenvinoXai],                      Formula = MapFormulas.ActivationMap,
            Cost = "forward",          Passes = Free,
            Summary = "The mean of the feature maps, whatever the class.",
            Paper = "OpenVINO XAI, ActivationMap",
        },
        new()
        {
            Id = "randomcam",           Run = ChannelFormulas.Random,   Requirements = [TargetLayer],                         Conventions = [PytorchGradCam],
            Cost = "forward",          Passes = Free,                                            Rectified = true, ByChannel = true,
            Summary = "Feature maps weighted at random: the baseline that every other method should beat.",
            Paper = "pytorch-grad-cam, RandomCAM",
        },
    ];

    private static Algorithm GradCamPlusPlus => Weighted(PlusPlus, (PytorchGradCam, PlusPlusPytorch), (TorchCam, PlusPlusTorch));

    private static Algorithm XGradCam => Weighted(XGrad, (PytorchGradCam, XGradPytorch), (TorchCam, XGradTorch));
}
