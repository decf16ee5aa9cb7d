namespace Explain.Engine.Methods.Tables;

/// <summary>Where a method departs from what other tools call by its name, and why; keyed by id.</summary>
internal static class MethodNotes
{
    private const string Componentwise =
        "A principal component has no sign of its own, and libraries show whichever one their decomposition happens to return; here it is turned so that it agrees with the mean of the feature maps.";

    /// <summary>The notes.</summary>
    // csharpier-ignore
    public static readonly IReadOnlyDictionary<string, string> Rows = new Dictionary<string, string>
    {
        ["cam"] = "The paper's map: no bias, no ReLU, negative evidence kept; `sign=positive` rectifies it.",
        ["gradcam"] = "Captum keeps negative evidence in its map unless asked not to (`compat=captum`).",
        ["gradcam++"] =
            "The paper's α, without an ε. pytorch-grad-cam adds 1e-6 to the denominator (`compat=pytorch-grad-cam`); torch-cam's weights come out as Σ max(G, 0)³, because its division goes into a copy (`compat=torch-cam`).",
        ["smoothgradcam++"] =
            "Derivatives are averaged over all noisy inputs and weigh the feature maps of the clean one. torch-cam takes the first derivative and the feature maps of its last noisy input (`compat=torch-cam`).",
        ["xgradcam"] = "Where the activations of a channel add up to zero its weight is zero. The libraries add a small ε to that sum without looking at its sign, so such weights explode.",
        ["shapleycam"] =
            "The second derivative is exact. Where the head is linear in the layer it is zero, and the map is Grad-CAM's; `score=probability` or `rest` brings it in.",
        ["finercam"] =
            "The class less 0.6 times the mean of its three nearest rivals, as the paper and torch-cam have it. pytorch-grad-cam weighs rivals by their probability, and lets the gradient flow through it (`compat=pytorch-grad-cam`).",
        ["refinecam"] = "One layer for each of the last three resolutions, unless `layer` names others.",
        ["eigencam"] = Componentwise,
        ["eigengradcam"] = Componentwise,
        ["segeigencam"] = "Turned so that its largest magnitude is positive, as in its library.",
        ["kpcacam"] = Componentwise,
        ["fem"] = "Weights are shares of places above mean + 2σ, as the paper and pytorch-grad-cam have it; Xplique multiplies masks by means instead.",
        ["integrated-gradients"] =
            "`quadrature=riemann-trapezoid` is the true trapezoid rule; Captum's weights add up to (n − 1)/n only, 2 % too little with 50 nodes (`compat=captum`).",
        ["guided-backprop"] =
            "Every ReLU of the graph is guided, however it was written, and ReLU6 and its kin too. Libraries that swap modules miss those written as functions or used twice.",
        ["deconvnet"] = "Every ReLU of the graph, however it was written.",
        ["guided-gradcam"] = "Grad-CAM's map is brought to the input's size as the paper does, bilinearly; Captum repeats the nearest value (`compat=captum`).",
        ["fullgrad"] =
            "All biases of the graph take part, those that batch normalisation hides too, and the answer says how closely everything adds up to the score. pytorch-grad-cam scales each channel by itself (`compat=pytorch-grad-cam`).",
        ["excitation-backprop"] =
            "The image itself and the maps behind activations such as SiLU have negative values; they are taken as they are, and what arrives still adds up to 1.",
        ["cmwp"] =
            "The opposite is taken off at the target layer; what is handed down is linear, so it does not matter at which layer that happens.",
        ["lrp-gamma"] = "The form for inputs of both signs. With the form for positive inputs alone, values of networks with negative activations grow without bound.",
        ["smoothgrad"] =
            "The mean of the signed gradient under noise of 15 % of the input's range. Captum takes the mean of its magnitude, over five copies with a deviation of 1 whatever the range (`compat=captum`).",
        ["vargrad"] =
            "The variance of the signed gradient; Captum's is that of its magnitude (`compat=captum`).",
        ["scorecam"] = "Constant channels are left out: there is nothing to see through them, and scaling them divides by zero.",
        ["iscam"] = "Masks grow from 1/n to 1 in even steps, as in the paper; torch-cam's coefficient runs on to 5.5 (`compat=torch-cam`).",
        ["ablationcam"] =
            "An ablated channel is zero, and the loss is divided by the magnitude of the score. pytorch-grad-cam fills with a value that depends on the channel's place in its batch when a layer has negative values, and turns signs around when the score is negative. Of tokens, a channel is zero in the class and register tokens, too.",
        ["reciprocam"] = "Scores as they are, no ReLU; no mask is ever stored. Of tokens, a patch is shown alone beside the class and register tokens, which stay; OpenVINO XAI shows its neighbours with it, by a Gaussian of 3×3 (`compat=openvino-xai`). In a residual block it looks at the sum, where every way goes through.",
        ["rise"] = "Masks have the picture's proportions, and weights are divided by their expected cover. OpenVINO XAI's masks leave a part of non-square pictures uncovered.",
        ["occlusion"] = "Each pixel's value is the mean over the windows that cover it, also at the right and lower edge, which Xplique drops.",
        ["lime"] =
            "What is not shown has the mean colour of its superpixel.",
    };
}
