namespace Explain.Autodiff.Rules;

/// <summary>
/// The rule sets besides the plain gradient. They hold on any graph, whatever module or function its operators once were.
/// </summary>
public static class RuleSets
{
    /// <summary>
    /// Guided backpropagation (Springenberg et al. 2015, section 3.4): a ReLU passes positive gradients where its input was positive. So do
    /// a <c>Clip</c> from 0 on, below its upper bound, and <c>Max(x, 0)</c>: peers that exchange modules leave ReLU6 and functions alone.
    /// Leaky ReLUs pass positive gradients with their slope.
    /// </summary>
    public static RuleSet Guided { get; } = GradientRules.Plain.With("guided", Rectifiers.Guided);

    /// <summary>
    /// The deconvnet (Zeiler and Fergus 2014, section 2.1): a ReLU passes positive gradients, wherever its input was positive. So do a
    /// <c>Clip</c> from 0 on and <c>Max(x, 0)</c>; leaky ReLUs leak negative gradients.
    /// </summary>
    public static RuleSet Deconvolution { get; } = GradientRules.Plain.With("deconvolution", Rectifiers.Deconvolution);

    /// <summary>
    /// Excitation backpropagation (Zhang et al. 2018, eq. 5): the probability of a neuron is handed to its excitatory inputs in proportion
    /// to activation times weight. What arrives sums up to what was sent; a query sends 1 from a class by the weight 1. As in TorchRay,
    /// biases take no part, normalisations hand on what they get, sums part it by their summands, and activations are taken as they are:
    /// where they can be negative (the input, maps behind SiLU and its kin), so can what arrives, and it still sums up. A softmax hands on
    /// what it gets, too, and of two computed factors each gets the half.
    /// </summary>
    public static RuleSet Excitation { get; } =
        Relevance.Rules("excitation", Shares.Excitatory).With("excitation", KeyValuePair.Create("Relu", GradientRules.Plain.Rule("Relu")));

    /// <summary>
    /// Contrastive excitation backpropagation (Zhang et al. 2018, section 3.3): the probability that the class's dual, with negated
    /// weights, hands down is taken off. What arrives is linear in what was sent, so it is the same whether it is taken off at the last
    /// layer or at one before.
    /// </summary>
    public static RuleSet Contrastive { get; } = Excitation with { Name = "contrastive", TakesOffOpposite = true };

    /// <summary>
    /// LRP-ε (Bach et al. 2015, eq. 58): relevance in proportion to the contribution to a sum, biases included: they keep their share. It
    /// begins with the score itself: the weights or the cotangent of a query are factors of the scores. On a net of linear layers and ReLUs
    /// it is input times gradient. Softmax, products of two computed values and normalisations as in AttnLRP (Achtibat et al. 2024,
    /// propositions 3.1, 3.3 and 3.4); a softmax keeps what is the zeroth order of its expansion, as a bias its share.
    /// </summary>
    public static RuleSet LrpEpsilon { get; } = Relevance.Rules("lrp-epsilon", Shares.Proportional) with { BeginsWithScore = true };

    /// <summary>
    /// LRP-γ (Montavon et al. 2019, section 10.2.3), in the form of Andéol et al. 2021 for values of both signs: contributions of the sign
    /// of their sum count more by a quarter, whether weights make them or summands. Biases, those of normalisations included, keep their
    /// share; the rest is as in <see cref="LrpEpsilon"/>.
    /// </summary>
    public static RuleSet LrpGamma { get; } = Relevance.Rules("lrp-gamma", Shares.Favouring(0.25)) with { BeginsWithScore = true };

    /// <summary>
    /// LRP-α1β0 (Bach et al. 2015, eq. 60): relevance in proportion to positive contributions only. Biases and normalisations take no part;
    /// what a bias alone brought above 0 has no positive contribution, and its relevance ends there. A softmax hands on what it gets.
    /// </summary>
    public static RuleSet LrpAlpha1Beta0 { get; } = Relevance.Rules("lrp-alpha1beta0", Shares.Positives) with { BeginsWithScore = true };

    /// <summary>
    /// DeepLIFT with the rescale rule (Shrikumar, Greenside and Kundaje 2017, section 3.5.1): multipliers with respect to the input, which
    /// is the only layer a query may name. The graph takes the input that differences are measured from, too. Multipliers times the
    /// difference of both inputs add up to the difference of their scores, but for what comparisons and another order of values add.
    /// </summary>
    public static RuleSet DeepLift { get; } = Rescale.Rules("deeplift");
}
