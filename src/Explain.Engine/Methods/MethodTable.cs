using System.Numerics.Tensors;

namespace Explain.Engine.Methods;

/// <summary>One channel of the evidence at a target layer.</summary>
internal readonly ref struct Channel
{
    /// <summary>Feature map A_k, row-major [h·w].</summary>
    public required ReadOnlySpan<float> Activation { get; init; }

    /// <summary>∂y/∂A_k, shaped like the feature map; empty for methods that need no gradient.</summary>
    public required ReadOnlySpan<float> Gradient { get; init; }

    /// <summary>Weight of this channel in the linear layer behind the pooling; 0 for methods that do not need it.</summary>
    public required float HeadWeight { get; init; }

    /// <summary>Room of the size of a feature map.</summary>
    public required Span<float> Scratch { get; init; }

    /// <summary>Room of the size of a feature map.</summary>
    public required Span<float> Scratch2 { get; init; }
}

/// <summary>What a method needs besides the feature maps.</summary>
internal enum Needs
{
    /// <summary>The gradient of the score with respect to the layer.</summary>
    Gradient,

    /// <summary>A head with pooling and one linear layer.</summary>
    LinearHead,
}

/// <summary>A method. Its map is the sum over channels of either a weight times the feature map, or a contribution of its own at each place.</summary>
/// <param name="Info">What clients see.</param>
/// <param name="Needs">What it needs.</param>
/// <param name="Rectified">Whether the method itself ends in a ReLU.</param>
/// <param name="Weight">The weight of a channel; null for methods that weigh every place by itself.</param>
/// <param name="Add">Adds one channel's contribution to the map; null for methods with a weight.</param>
internal sealed record Method(MethodInfo Info, Needs Needs, bool Rectified, Method.ChannelWeight? Weight = null, Method.Contribution? Add = null)
{
    internal delegate float ChannelWeight(in Channel channel);

    internal delegate void Contribution(in Channel channel, Span<float> map);
}

/// <summary>The methods, keyed by API id.</summary>
public static class MethodTable
{
    // The constants are those of the reference implementation the maps are compared with (pytorch-grad-cam).
    private const float PlusPlusEpsilon = 1e-6f;
    private const float XGradEpsilon = 1e-7f;

    private static readonly Method[] Table =
    [
        new(new("gradcam", "Feature maps weighted by the mean gradient of the score, rectified: where the layer speaks for the class.",
                "Selvaraju et al. 2017, Grad-CAM, eq. 1 and 2", "forward+backward", "a gradient rule for every operator behind the layer", 0.15f),
            Needs.Gradient, true, Weight: (in c) => Mean(c.Gradient)),
        new(new("cam", "Feature maps weighted by the classifier's own weights; no gradient and no ReLU.",
                "Zhou et al. 2016, Learning Deep Features for Discriminative Localization, eq. 2", "forward",
                "global average or max pooling and one linear layer behind the layer, or a 1×1 convolution and global average pooling", 0.20f),
            Needs.LinearHead, false, Weight: (in c) => c.HeadWeight),
        new(new("hirescam", "Feature maps times gradient, place by place: faithful to the model where Grad-CAM's averaging is not.",
                "Draelos and Carin 2020, HiResCAM, eq. 3", "forward+backward", "a gradient rule for every operator behind the layer", 0.15f),
            Needs.Gradient, true, Add: (in c, map) => TensorPrimitives.MultiplyAdd(c.Activation, c.Gradient, map, map)),
        new(new("layercam", "Feature maps times positive gradient, place by place: works on early layers too.",
                "Jiang et al. 2021, LayerCAM, eq. 4 and 5", "forward+backward", "a gradient rule for every operator behind the layer", 0.15f),
            Needs.Gradient, true, Add: LayerCam),
        new(new("gradcam++", "Grad-CAM with weights that count every occurrence of the class equally.",
                "Chattopadhyay et al. 2018, Grad-CAM++, eq. 19", "forward+backward", "a gradient rule for every operator behind the layer", 0.15f),
            Needs.Gradient, true, Weight: PlusPlus),
        new(new("xgradcam", "Grad-CAM with weights that keep sensitivity and conservation.",
                "Fu et al. 2020, Axiom-based Grad-CAM, eq. 7", "forward+backward", "a gradient rule for every operator behind the layer", 0.15f),
            Needs.Gradient, true, Weight: (in c) => TensorPrimitives.Dot(c.Gradient, c.Activation) / (TensorPrimitives.Sum(c.Activation) + XGradEpsilon)),
    ];

    private static readonly Dictionary<string, Method> ById = Table.ToDictionary(m => m.Info.Id);

    /// <summary>Every method, in the order of the documentation.</summary>
    public static IReadOnlyList<MethodInfo> All { get; } = [.. Table.Select(m => m.Info)];

    /// <summary>The method of an id.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidParameter"/>.</exception>
    internal static Method Find(string id) => ById.GetValueOrDefault(id) ?? throw new ExplainException(
        ExplainError.InvalidParameter, $"there is no method '{id}'",
        new Dictionary<string, string[]> { ["method"] = [$"'{id}' is not a method; the methods are {string.Join(", ", ById.Keys)}"] });

    private static float Mean(ReadOnlySpan<float> values) => TensorPrimitives.Sum(values) / values.Length;

    private static void LayerCam(in Channel c, Span<float> map)
    {
        TensorPrimitives.Max(c.Gradient, 0f, c.Scratch);
        TensorPrimitives.MultiplyAdd(c.Activation, c.Scratch, map, map);
    }

    // w = Σ relu(G) · G² / (2 G² + ΣA · G³ + ε); a place without gradient contributes 0 / ε = 0.
    private static float PlusPlus(in Channel c)
    {
        var squared = c.Scratch;
        var alpha = c.Scratch2;
        TensorPrimitives.Multiply(c.Gradient, c.Gradient, squared);
        TensorPrimitives.Multiply(c.Gradient, TensorPrimitives.Sum(c.Activation), alpha);
        TensorPrimitives.Add(alpha, 2f, alpha);
        TensorPrimitives.Multiply(alpha, squared, alpha);
        TensorPrimitives.Add(alpha, PlusPlusEpsilon, alpha);
        TensorPrimitives.Divide(squared, alpha, alpha);
        TensorPrimitives.Max(c.Gradient, 0f, squared);
        return TensorPrimitives.Dot(alpha, squared);
    }
}
