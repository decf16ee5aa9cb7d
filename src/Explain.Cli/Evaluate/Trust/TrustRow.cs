using System.Text.Json.Serialization;

namespace Explain.Cli.Evaluate.Trust;

/// <summary>The map of a class on one picture by one of two models; a failed picture has a row without a map.</summary>
internal sealed record TrustRow : MeasuredRow
{
    /// <summary>The class, as the pictures' labels have it: the models may call it differently.</summary>
    [JsonPropertyName("label")]
    public string? Label { get; set; }

    /// <summary>What the model calls it.</summary>
    [JsonPropertyName("class_label")]
    public string? ClassLabel { get; set; }

    /// <summary>Whether the picture is of the class that the model predicts.</summary>
    [JsonPropertyName("right")]
    public bool Right { get; set; }

    [JsonPropertyName("probability")]
    public double Probability { get; set; }

    /// <summary>Whether the place of an object is known.</summary>
    [JsonPropertyName("known")]
    public bool Known { get; set; }

    [JsonPropertyName("points")]
    public bool Points { get; set; }

    [JsonPropertyName("inside")]
    public double Inside { get; set; }

    [JsonPropertyName("border")]
    public double Border { get; set; }

    /// <summary>Over the part of the picture that both models see.</summary>
    [JsonPropertyName("shares")]
    public List<float>? Shares { get; set; }
}
