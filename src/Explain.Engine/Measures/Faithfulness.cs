using System.Text.Json.Serialization;

namespace Explain.Engine.Measures;

/// <summary>
/// How far the score follows a map when what it shows is taken away, put back, or is all there is, and what the map itself is like. What is
/// not shown has the request's baseline.
/// </summary>
/// <param name="Score">Which score: <c>probability</c> for classes of a model that has them, else what was explained.</param>
/// <param name="Deletion">Area under the score while pixels go, the most important first (Petsiuk, Das and Saenko 2018, algorithm 1); lower
/// is better.</param>
/// <param name="Insertion">The same while they come; higher is better.</param>
/// <param name="Drop">Share of the score that the image loses under the map (Chattopadhyay et al. 2018, average drop); 0 where it
/// gains.</param>
/// <param name="Increase">Whether the score grows under the map (increase in confidence).</param>
/// <param name="Road">Half of what the score is higher for without the least than without the most important pixels, each imputed from
/// their neighbours, over 20, 40, 60 and 80 % of them (Rong et al. 2022); higher is better.</param>
public sealed record Faithfulness(string Score, double Deletion, double Insertion, double Drop, bool Increase, double Road)
{
    /// <summary>The scores while pixels go and come.</summary>
    public required FaithfulnessCurves Curves { get; init; }

    /// <summary>
    /// Share of what the probability lacks to 1 that the image gains under the map, max(0, s' - s)/(1 - s) (Zhang et al. 2023, Opti-CAM,
    /// average gain), 0..1; higher is better. Missing where the score is no probability.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AverageGain { get; init; }

    /// <summary>
    /// How much the map is like that of the image under it, (r + 1)/2 with Pearson's correlation r, 0 for a constant map (Poppi et al.
    /// 2021, coherency), 0..1; higher is better. Missing where a deadline cut the map short.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Coherency { get; init; }

    /// <summary>Mean of the map as it is shown (Poppi et al. 2021, complexity: the L1 norm by the number of pixels), 0..1; lower is
    /// better.</summary>
    public double Complexity { get; init; }

    /// <summary>
    /// Harmonic mean of coherency, 1 - complexity and 1 - average drop, 3/(1/coherency + 1/(1 - complexity) + 1/(1 - drop)) (Poppi et al.
    /// 2021, ADCC), 0..1; higher is better. Missing where the score is no probability, or a part is missing.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Adcc { get; init; }

    /// <summary>
    /// The same with twice the ROAD, cut to 0..1, in the place of 1 - average drop, and 1e-8 added to each divisor (pytorch-grad-cam,
    /// ARCC), 0..1; higher is better. Missing as ADCC.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Arcc { get; init; }

    /// <summary>
    /// Mean of (Σ map · hidden - (f(x) - f(x - hidden)))² over random squares that get the baseline, f what was explained (Yeh et al. 2019,
    /// definition 2.1, square removal; each pixel of the raw map taken for its share of f), 0 or more; lower is better.
    /// </summary>
    public double Infidelity { get; init; }

    /// <summary>The same with the map times the one factor that makes it least (Yeh et al. 2019, optimal scaling), 0 or more, for maps
    /// that are in no unit of the score; lower is better.</summary>
    public double ScaledInfidelity { get; init; }

    /// <summary>
    /// Largest change of the raw map, as a share of its norm, ‖φ(x + u) - φ(x)‖/‖φ(x)‖, over ten u with values in -0.02..0.02 of the
    /// model's input (Yeh et al. 2019, max-sensitivity, normalised as Captum's), 0 or more; lower is better. Missing where a deadline cut
    /// the map short.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Sensitivity { get; init; }

    /// <summary>Gini index of the raw map's magnitudes (Chalasani et al. 2020, as Quantus' sparseness): 0 for the same everywhere, towards
    /// 1 for one pixel alone; higher is sparser.</summary>
    public double Sparseness { get; init; }

    /// <summary>Entropy of each pixel's share in the raw map's magnitude, -Σ p ln p (Bhatt et al. 2020, complexity): 0 for one pixel alone,
    /// ln of the number of pixels for the same everywhere; lower is simpler.</summary>
    public double Entropy { get; init; }
}
