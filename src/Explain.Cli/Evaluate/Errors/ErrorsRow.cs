using System.Text.Json.Serialization;
using Explain.Evaluation.Clusters;

namespace Explain.Cli.Evaluate.Errors;

/// <summary>
/// The map of a class on one picture: of each class that the picture is of and, where it is taken for another one, of that; a failed
/// picture has a row without a map.
/// </summary>
internal sealed record ErrorsRow : MeasuredRow
{
    [JsonPropertyName("predicted_index")]
    public int PredictedIndex { get; set; }

    [JsonPropertyName("predicted_label")]
    public string? PredictedLabel { get; set; }

    /// <summary>Whether the picture is of the class that is predicted.</summary>
    [JsonPropertyName("right")]
    public bool Right { get; set; }

    [JsonPropertyName("class_index")]
    public int ClassIndex { get; set; }

    [JsonPropertyName("class_label")]
    public string? ClassLabel { get; set; }

    /// <summary>Whether the picture is of the class that is explained.</summary>
    [JsonPropertyName("is_there")]
    public bool IsThere { get; set; }

    [JsonPropertyName("probability")]
    public double Probability { get; set; }

    [JsonPropertyName("inside")]
    public double Inside { get; set; }

    [JsonPropertyName("border")]
    public double Border { get; set; }

    [JsonPropertyName("entropy")]
    public double Entropy { get; set; }

    [JsonPropertyName("centroid_x")]
    public double CentroidX { get; set; }

    [JsonPropertyName("centroid_y")]
    public double CentroidY { get; set; }

    [JsonPropertyName("constant")]
    public bool Constant { get; set; }

    [JsonPropertyName("shares")]
    public List<float>? Shares { get; set; }

    /// <summary>What the class is called.</summary>
    public string Class => ClassLabel ?? $"class {ClassIndex}";

    /// <summary>What the predicted class is called.</summary>
    public string Predicted => PredictedLabel ?? $"class {PredictedIndex}";

    /// <summary>The row with a map.</summary>
    /// <param name="shares">As of <see cref="SmallMap"/>.</param>
    public ErrorsRow With(float[] shares)
    {
        var figures = MapFigures.Of(shares);
        return this with
        {
            Shares = [.. shares],
            Border = figures.Border,
            Entropy = figures.Entropy,
            CentroidX = figures.CentroidX,
            CentroidY = figures.CentroidY,
            Constant = figures.IsConstant,
        };
    }

    /// <summary>Its map.</summary>
    public ClassMap Map() => new(Item, ClassIndex, IsThere, [.. Shares!], Inside);
}
