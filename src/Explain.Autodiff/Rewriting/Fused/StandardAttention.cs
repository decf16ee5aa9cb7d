using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>The standard's attention, opsets 23 and 24.</summary>
internal static class StandardAttention
{
    private const int Mask = 3;
    private const int PastKey = 4;
    private const int PastValue = 5;
    private const int Lengths = 6;
    private const int Stages = 3;

    /// <summary>
    /// softmax(mask(cap(scale · Q Kᵀ))) V. The precision of the softmax is the model's, as in ONNX Runtime.
    /// </summary>
    public static Parts Apply(Forward n)
    {
        if (n.X.Type?.Rank is not (3 or 4))
            return "it is not known whether the heads of its queries are an axis of their own";
        if (n.Has(Mask) && n[Mask].Type is null)
            return "it is not known of which type its mask is";
        var flat = n.X.Type.Rank == 3;
        Value Heads(int input, string attribute) => flat ? DotProduct.Split(n[input], n.Int(attribute, 1)) : n[input];
        var (q, k, v) = (Heads(0, "q_num_heads"), Heads(1, "kv_num_heads"), Heads(2, "kv_num_heads"));
        (k, v) = (DotProduct.After(n.Optional(PastKey), k), DotProduct.After(n.Optional(PastValue), v));

        var product = DotProduct.Scores(q, k, n.Node.Find("scale")?.F);
        var capped = DotProduct.Capped(product, n.Float("softcap", 0));
        var sight = Sight.Of(n, capped);
        var masked = sight.On(capped);
        var weights = DotProduct.Weights(masked);
        var mixed = sight.Alive(DotProduct.Mix(weights, v));
        return [flat ? DotProduct.Merge(mixed) : mixed, k, v, n.Wants(Stages) ? (Value?)Stage(n.Int("qk_matmul_output_mode", 0)) : null];

        Value? Stage(long mode) =>
            mode switch
            {
                0 => product,
                1 => capped,
                2 => masked,
                3 => sight.Alive(weights),
                _ => null,
            };
    }

    /// <summary>What queries see of keys.</summary>
    /// <param name="Added">A float mask, or null.</param>
    /// <param name="Seen">Where a key is seen, or null for everywhere.</param>
    /// <param name="MayBeBlind">Whether a query may see no key at all: then it gets zeros.</param>
    private sealed record Sight(Value? Added, Value? Seen, bool MayBeBlind)
    {
        public static Sight Of(Forward n, Value scores)
        {
            var sight =
                !n.Has(Mask) ? new Sight(null, null, false)
                : n[Mask].Element == DataType.Bool ? new Sight(null, n[Mask], true)
                : new Sight(n[Mask], null, !IsFinite(n[Mask]));
            if (n.Has(Lengths))
                sight = sight.And(Masks.Before(scores, n[Lengths])) with { MayBeBlind = true };
            return n.Int("is_causal", 0) != 0 ? sight.And(Masks.Causal(scores, Lead(n, scores))) : sight;
        }

        public Value On(Value scores)
        {
            if (Added is { } mask)
                scores = (scores + (MayBeBlind ? Emit("Max", [mask, mask.Scalar(float.MinValue)]) : mask)).WithRank(4);
            return Seen is { } seen ? DotProduct.Seen(scores, seen) : scores;
        }

        public Value Alive(Value x)
        {
            if (!MayBeBlind)
                return x;
            var seen = Added is { } mask ? And(Masks.IsLess(mask.Scalar(float.MinValue), mask)).Seen : Seen;
            return (x * Emit("ReduceMax", [Cast(seen!.Value, x.Element), Ints(x.Graph, -1)])).WithRank(4);
        }

        private Sight And(Value condition) => this with { Seen = Seen is { } seen ? Masks.Both(seen, condition) : condition };

        private static bool IsFinite(Value mask) =>
            Tensors.ReadFloats(mask.Graph.Constant(mask.Name)) is { } values && values.All(v => v > float.MinValue);

        // How many keys lie before the first query: the past, or all that the queries are the last of.
        private static Value? Lead(Forward n, Value scores)
        {
            if (n.Has(Lengths))
                return Masks.Columns(n[Lengths]) - Extents.Along(scores, 2);
            if (!n.Has(PastKey))
                return null;
            // Only behind a past that is not empty.
            var past = Extents.Along(n[PastKey], 2);
            return past + Masks.AllIfSingle(scores) * Emit("Sign", [past]);
        }
    }
}
