using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>
/// com.microsoft's group normalisation of maps (Wu and He 2018), with a sum before and an activation behind it. Maps are
/// [batch, height, width, channels], or [batch, channels, height, width] where the node says that channels are not last.
/// </summary>
internal static class GroupNorms
{
    private const int Scale = 1;
    private const int Shift = 2;
    private const int Skip = 3;
    private const int Bias = 4;
    private const float Epsilon = 1e-5f;

    /// <summary>Of the input.</summary>
    public static Parts OfInput(Forward n) => WhyNot(n) is { } unknown ? unknown : [Normalised(n, n.X)];

    /// <summary>Of the sum of the input, a skipping one and a bias; the second output is the sum.</summary>
    public static Parts OfSum(Forward n)
    {
        if (WhyNot(n) is { } unknown)
            return unknown;
        // A number for each map may come with or without axes of extent 1.
        var sum = Flat(n, n.X) + Flat(n, n[Skip]);
        if (n.Optional(Bias) is { } bias)
            sum += IsLast(n) ? bias : Unsqueeze(bias, Ints(n.Graph, 1));
        var maps = ReshapeLike(sum, n.X).WithRank(4);
        return [Normalised(n, maps), maps];
    }

    private static string? WhyNot(Forward n) =>
        n.Int("groups", 0) <= 0 ? "it does not say how many groups its channels are in"
        : n.Int("activation", 0) is not (0 or 1) and var other ? $"its activation {other} is not known"
        : null;

    private static bool IsLast(Forward n) => n.Int("channels_last", 1) != 0;

    private static Value Flat(Forward n, Value x)
    {
        var (channels, each) = (Extents.Along(n[Scale], 0), Ints(n.Graph, -1));
        return IsLast(n)
            ? Extents.Reshaped(x, 3, Ints(n.Graph, 0), each, channels)
            : Extents.Reshaped(x, 3, Ints(n.Graph, 0), channels, each);
    }

    // The numbers of a group are those of one channel of an instance normalisation.
    private static Value Normalised(Forward n, Value x)
    {
        var groups = n.Int("groups", 1);
        Value All(float value) => n.Graph.Add(Tensors.Float([groups], [.. Enumerable.Repeat(value, (int)groups)]));
        Value Each(int input) => Reshape(n[input], -1, 1, 1);
        var maps = (IsLast(n) ? Transpose(x, 0, 3, 1, 2) : x).WithRank(4);
        var grouped = Reshape(maps, 0, groups, -1).WithRank(3);
        var unit = Emit("InstanceNormalization", [grouped, All(1), All(0)], Of("epsilon", n.Float("epsilon", Epsilon))).WithRank(3);
        var y = (ReshapeLike(unit, maps).WithRank(4) * Each(Scale) + Each(Shift)).WithRank(4);
        if (n.Int("activation", 0) == 1)
            y = (y * Emit("Sigmoid", [y])).WithRank(4);
        return IsLast(n) ? Transpose(y, 0, 2, 3, 1).WithRank(4) : y;
    }
}
