namespace Explain.Engine.Methods.Tables;

/// <summary>Methods that combine the feature maps and gradients of a layer.</summary>
internal static class FeatureMapMethods
{
    /// <summary>The rows.</summary>
    public static readonly IReadOnlyList<Method> Rows =
    [
        new(new("gradcam", "Feature maps weighted by the mean gradient of the score, rectified: where the layer speaks for the class.",
                "Selvaraju et al. 2017, Grad-CAM, eq. 1 and 2", "forward+backward", Need.LayerGradient.Text, 0.15f),
            [Need.LayerGradient], true, ChannelMaps.Weighted(GradientFormulas.Mean)),
        new(new("cam", "Feature maps weighted by the classifier's own weights; no gradient and no ReLU.",
                "Zhou et al. 2016, Learning Deep Features for Discriminative Localization, eq. 2", "forward", Need.LinearHead.Text, 0.20f),
            [Need.LinearHead], false, ClosedForm.Cam) { LogitsOnly = true, Passes = _ => new PassCount(0, 0, 0) },
        new(new("hirescam", "Feature maps times gradient, place by place: faithful to the model where Grad-CAM's averaging is not.",
                "Draelos and Carin 2020, HiResCAM, eq. 3", "forward+backward", Need.LayerGradient.Text, 0.15f),
            [Need.LayerGradient], true, ChannelMaps.Summed(GradientFormulas.Product)),
        new(new("layercam", "Feature maps times positive gradient, place by place: works on early layers too.",
                "Jiang et al. 2021, LayerCAM, eq. 4 and 5", "forward+backward", Need.LayerGradient.Text, 0.15f),
            [Need.LayerGradient], true, ChannelMaps.Summed(GradientFormulas.PositiveGradient)),
        new(new("gradcam++", "Grad-CAM with weights that count every occurrence of the class equally.",
                "Chattopadhyay et al. 2018, Grad-CAM++, eq. 19", "forward+backward", Need.LayerGradient.Text, 0.15f),
            [Need.LayerGradient], true, ChannelMaps.Weighted(GradientFormulas.PlusPlus)),
        new(new("xgradcam", "Grad-CAM with weights that keep sensitivity and conservation.",
                "Fu et al. 2020, Axiom-based Grad-CAM, eq. 7", "forward+backward", Need.LayerGradient.Text, 0.15f),
            [Need.LayerGradient], true, ChannelMaps.Weighted(GradientFormulas.XGrad)),
    ];
}
