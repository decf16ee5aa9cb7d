using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>Losses that models which were exported for training end with.</summary>
internal static class Losses
{
    /// <summary><c>NegativeLogLikelihoodLoss</c>.</summary>
    public static Parts NegativeLogLikelihood(Forward n) => [OfLogarithms(n, n.X)];

    /// <summary><c>SoftmaxCrossEntropyLoss</c>, and the logarithms of the probabilities.</summary>
    public static Parts CrossEntropy(Forward n)
    {
        var logarithms = Emit("LogSoftmax", [n.X], Of("axis", 1));
        return [OfLogarithms(n, logarithms), logarithms];
    }

    // -weight[target] · x[target], of x [N, C, …] and targets [N, …]; then all, their sum, or their mean by weight.
    private static Value OfLogarithms(Forward n, Value x)
    {
        var (graph, axis) = (n.Graph, Ints(n.Graph, 1));
        var targets = Cast(n[1], DataType.Int64);
        Value? ignored = n.Node.Find("ignore_index") is { } index ? Same(targets, targets.Scalar(index.I)) : null;
        if (ignored is { } those)
            targets = Where(those, targets.Scalar(0), targets);
        var loss = -Squeeze(Emit("GatherElements", [x, Unsqueeze(targets, axis)], Of("axis", 1)), axis);
        Value? weights = n.Has(2) ? Gather(Reshape(n[2], -1).WithRank(1), targets, 0) : null;
        if (ignored is { } none)
            weights = weights is { } w ? Where(none, w.Scalar(0), w) : Cast(Emit("Not", [none]), x.Element);
        if (weights is { } factor)
            loss *= factor;
        return n.Node.String("reduction", "mean") switch
        {
            "none" => loss,
            "sum" => Total("ReduceSum", loss),
            _ => weights is { } by ? Total("ReduceSum", loss) / Total("ReduceSum", by) : Total("ReduceMean", loss),
        };
    }

    private static Value Total(string op, Value x) => Emit(op, [x], Of("keepdims", 0));
}
