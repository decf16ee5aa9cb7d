using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>The attentions that ONNX Runtime adds to the standard, with their options, against its own kernels.</summary>
public class ContributedAttentionTests
{
    private const string Domain = "com.microsoft.";

    private sealed record Form(Func<TinyGraph, TinyGraph> Operands, string Inputs, string Outputs, params AttributeProto[] Attributes);

    private static readonly Tensor Seen = Tensor.Of([2, 3], 1, 1, 0, 0, 1, 1);
    private static readonly Tensor SeenByQuery = Tensor.Of([2, 3, 3], 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1);

    // csharpier-ignore
    private static readonly Dictionary<string, Form> Packed = new()
    {
        ["plain"] = new(g => g, "x w b", "y", Of("num_heads", 2)),
        ["scale"] = new(g => g, "x w b", "y", Of("num_heads", 2), Of("scale", 0.4f)),
        ["causal"] = new(g => g, "x w b", "y", Of("num_heads", 2), Of("unidirectional", 1)),
        ["ends"] = new(g => g.Weight("m", Tensor.Of([2], 2, 3), DataType.Int32), "x w b m", "y", Of("num_heads", 2)),
        ["ends and starts"] = new(g => g.Weight("m", Tensor.Of([4], 2, 3, 0, 1), DataType.Int32), "x w b m", "y", Of("num_heads", 2)),
        ["keys"] = new(g => g.Weight("m", Seen, DataType.Int32), "x w b m", "y", Of("num_heads", 2)),
        ["keys, causal, padded on the left"] = new(g => g.Weight("m", Seen, DataType.Int32), "x w b m", "y", Of("num_heads", 2), Of("unidirectional", 1)),
        ["keys of each query"] = new(g => g.Weight("m", SeenByQuery, DataType.Int32), "x w b m", "y", Of("num_heads", 2), Of("mask_filter_value", -100f)),
        ["bias"] = new(g => g.Input("a", 1, 2, 3, 3), "x w b - - a", "y", Of("num_heads", 2)),
        ["bias and mask"] = new(g => g.Input("a", 2, 1, 3, 3).Weight("m", Seen, DataType.Int32), "x w b m - a", "y", Of("num_heads", 2), Of("unidirectional", 1)),
        ["past"] = new(g => g.Input("p", 2, 2, 2, 2, 2), "x w b - p", "y present", Of("num_heads", 2)),
        ["single query behind a past"] = new(g => g.Input("p", 2, 1, 2, 2, 2).Input("one", 1, 1, 4), "one w b - p", "y present", Of("num_heads", 2), Of("unidirectional", 1)),
        ["past, causal"] = new(g => g.Input("p", 2, 2, 2, 2, 2), "x w b - p", "y present", Of("num_heads", 2), Of("unidirectional", 1)),
        ["present"] = new(g => g, "x w b", "y present", Of("num_heads", 2)),
        ["sizes"] = new(g => g.Weight("u", Small(4, 14)).Weight("c", 14), "x u c", "y", Of("num_heads", 2), Of("qkv_hidden_sizes", [4L, 4, 6])),
    };

    // csharpier-ignore
    private static readonly Dictionary<string, Form> Multi = new()
    {
        ["plain"] = new(g => Three(g), "q k v", "y", Of("num_heads", 2)),
        ["scale and bias"] = new(g => Three(g).Input("b", 14), "q k v b", "y", Of("num_heads", 2), Of("scale", 0.4f)),
        ["causal"] = new(g => Three(g), "q k v", "y", Of("num_heads", 2), Of("unidirectional", 1)),
        ["ends"] = new(g => Three(g).Weight("m", Tensor.Of([2], 2, 3), DataType.Int32), "q k v - m", "y", Of("num_heads", 2)),
        ["keys"] = new(g => Three(g).Weight("m", Seen, DataType.Int32), "q k v - m", "y", Of("num_heads", 2)),
        ["keys of each query"] = new(g => Three(g).Weight("m", SeenByQuery, DataType.Int32), "q k v - m", "y", Of("num_heads", 2)),
        ["added"] = new(g => Three(g).Input("a", 1, 2, 3, 3), "q k v - - a", "y", Of("num_heads", 2)),
        ["past"] = new(g => g.Input("q", 2, 3, 4).Input("k", 2, 3, 4).Input("v", 2, 3, 4).Input("pk", 2, 2, 2, 2).Input("pv", 2, 2, 2, 2), "q k v - - - pk pv", "y k2 v2", Of("num_heads", 2)),
        ["present"] = new(g => Three(g), "q k v", "y k2 v2", Of("num_heads", 2)),
        ["keys of another part"] = new(g => g.Input("q", 2, 3, 4).Input("k", 2, 2, 5, 2).Input("v", 2, 2, 5, 2), "q k v", "y", Of("num_heads", 2)),
        ["cross"] = new(g => g.Input("q", 2, 3, 4).Input("k", 2, 5, 4).Input("v", 2, 5, 6), "q k v", "y", Of("num_heads", 2)),
    };

    // csharpier-ignore
    private static readonly Dictionary<string, Form> Single = new()
    {
        ["of another part"] = new(g => Other(g), "q k v", "y"),
        ["of another part, scale, bias"] = new(g => Other(g).Input("b", 12), "q k v - - - - - - - b", "y", Of("scale", 0.4f)),
        ["of another part, keys"] = new(g => Other(g).Weight("m", Seen, DataType.Int32), "q k v m", "y", Of("mask_filter_value", -100f)),
        ["own, first"] = new(g => Own(g, 0), "q k v - - pk pv t", "y k2 v2", Of("past_present_share_buffer", 1)),
        ["own"] = new(g => Own(g, 2), "q k v - - pk pv t", "y k2 v2", Of("past_present_share_buffer", 1)),
        ["own, the buffer full"] = new(g => Own(g, 3), "q k v - - pk pv t", "y k2 v2", Of("past_present_share_buffer", 1)),
        ["own, bias, added, keys"] = new(g => Own(g, 2).Input("b", 12).Input("a", 1, 2, 1, 3).Weight("m", Seen, DataType.Int32), "q k v m a pk pv t - - b", "y k2 v2", Of("past_present_share_buffer", 1)),
    };

    // csharpier-ignore
    private static readonly Dictionary<string, Form> Grouped = new()
    {
        ["plain"] = new(g => Groups(g), "q k v - - s t", "y pk2 pv2"),
        ["scale, cap"] = new(g => Groups(g), "q k v - - s t", "y pk2 pv2", Of("scale", 0.7f), Of("softcap", 0.9f)),
        ["window"] = new(g => Groups(g), "q k v - - s t", "y pk2 pv2", Of("local_window_size", 2)),
        ["rotary"] = new(g => Angles(Wide(g)), "q k v - - s t cos sin", "y pk2 pv2", Of("do_rotary", 1), Of("scale", 0.05f)),
        ["rotary, interleaved"] = new(g => Angles(Wide(g)), "q k v - - s t cos sin", "y pk2 pv2", Of("do_rotary", 1), Of("scale", 0.05f), Of("rotary_interleaved", 1)),
        ["packed"] = new(g => Lengths(g.Input("q", 2, 4, 64)), "q - - - - s t", "y pk2 pv2"),
        ["packed, rotary"] = new(g => Angles(Lengths(g.Input("q", 2, 4, 128))), "q - - - - s t cos sin", "y pk2 pv2", Of("do_rotary", 1), Of("scale", 0.05f)),
        ["added"] = new(g => Groups(g).Input("a", 1, 1, 4, 4), "q k v - - s t - - - a", "y pk2 pv2"),
        ["smooth"] = new(g => Groups(g), "q k v - - s t", "y pk2 pv2", Of("smooth_softmax", 1)),
        ["sink"] = new(g => Groups(g).Input("sink", 4), "q k v - - s t - - - - sink", "y pk2 pv2"),
        ["rotary by positions"] = new(g => Angles(Wide(g)).Ints("p", [2, 4], [3, 1, 0, 2, 4, 6, 7, 4]), "q k v - - s t cos sin p", "y pk2 pv2", Of("do_rotary", 1), Of("scale", 0.05f)),
        ["rotary of a part"] = new(g => Lengths(Queries(g, 32)).Weight("cos", 8, 8).Weight("sin", 8, 8), "q k v - - s t cos sin", "y pk2 pv2", Of("do_rotary", 1), Of("scale", 0.05f)),
        ["items of fewer keys"] = new(g => Queries(g).Weight("s", Tensor.Of([2], 1, 3), DataType.Int32).Weight("t", Tensor.Of([1], 4), DataType.Int32), "q k v - - s t", "y pk2 pv2"),
        ["past of one item"] = new(g => Past(g, 1, 2, 4, 5), "q k v pk pv s t", "y pk2 pv2"),
        ["past of two items"] = new(g => Past(g, 2, 1, 3, 4), "q k v pk pv s t", "y pk2 pv2"),
        ["past, rotary, window"] = new(g => Angles(Past(g, 1, 2, 4, 5, 16)), "q k v pk pv s t cos sin", "y pk2 pv2", Of("do_rotary", 1), Of("scale", 0.05f), Of("local_window_size", 3)),
        ["past, rotary by positions"] = new(g => Angles(Past(g, 1, 2, 4, 5, 16)).Ints("p", [1, 2], [6, 2]), "q k v pk pv s t cos sin p", "y pk2 pv2", Of("do_rotary", 1), Of("scale", 0.05f)),
        ["past with room"] = new(g => Past(g, 1, 2, 2, 3), "q k v pk pv s t", "y pk2 pv2"),
        ["past of which one has less"] = new(g => Past(g, 2, 1, 3, 4, 8, 2), "q k v pk pv s t", "y pk2 pv2"),
        ["room without a past"] = new(g => Past(g, 1, 2, 1, 2), "q k v pk pv s t", "y pk2 pv2"),
    };

    public static TheoryData<string> PackedForms => [.. Packed.Keys];

    public static TheoryData<string> MultiForms => [.. Multi.Keys];

    public static TheoryData<string> SingleForms => [.. Single.Keys];

    public static TheoryData<string> GroupedForms => [.. Grouped.Keys];

    [Theory, MemberData(nameof(PackedForms))]
    public void Attention(string form) =>
        Check("Attention", Packed[form], g => g.Input("x", 2, 3, 4).Weight("w", Small(4, 12)).Weight("b", 12));

    [Theory, MemberData(nameof(MultiForms))]
    public void MultiHeadAttention(string form) => Check("MultiHeadAttention", Multi[form], g => g);

    [Theory, MemberData(nameof(SingleForms))]
    public void DecoderMaskedMultiHeadAttention(string form) =>
        Check("DecoderMaskedMultiHeadAttention", Single[form] with { Attributes = [.. Single[form].Attributes, Of("num_heads", 2)] }, g =>
            g.Input("q", 2, 1, 4)
        );

    [Theory, MemberData(nameof(GroupedForms))]
    public void GroupQueryAttention(string form) =>
        Check(
            "GroupQueryAttention",
            Grouped[form] with
            {
                Attributes = [.. Grouped[form].Attributes, Of("num_heads", 4), Of("kv_num_heads", 2)],
            },
            g => g
        );

    private static void Check(string op, Form form, Func<TinyGraph, TinyGraph> operands) =>
        FusedCheck.Check(g =>
            form.Operands(operands(g))
                .Node($"{Domain}{op}", form.Inputs, form.Outputs, form.Attributes)
                .Output([.. form.Outputs.Split(' ')])
        );

    private static Tensor Small(params long[] shape) => Tensor.Spread(shape, -0.4, 0.4, 11);

    private static TinyGraph Three(TinyGraph g) => g.Input("q", 2, 3, 4).Input("k", 2, 3, 4).Input("v", 2, 3, 6);

    private static TinyGraph Other(TinyGraph g) => g.Input("k", 2, 2, 3, 2).Input("v", 2, 2, 3, 2);

    // Room for four keys, of which some are there.
    private static TinyGraph Own(TinyGraph g, double before) =>
        g.Input("k", 2, 1, 4)
            .Input("v", 2, 1, 4)
            .Input("pk", 2, 2, 4, 2)
            .Input("pv", 2, 2, 4, 2)
            .Weight("t", Tensor.Of([1], before), DataType.Int32);

    private static TinyGraph Groups(TinyGraph g) => Lengths(Queries(g));

    private static TinyGraph Queries(TinyGraph g, long size = 8) =>
        g.Input("q", 2, 4, 4 * size).Input("k", 2, 4, 2 * size).Input("v", 2, 4, 2 * size);

    private static TinyGraph Wide(TinyGraph g) => Lengths(Queries(g, 16));

    private static TinyGraph Lengths(TinyGraph g) =>
        g.Weight("s", Tensor.Of([2], 3, 3), DataType.Int32).Weight("t", Tensor.Of([1], 4), DataType.Int32);

    // Room for three keys in the past.
    private static TinyGraph Past(TinyGraph g, long batch, long queries, int last, int all, long size = 8, int? other = null) =>
        g.Input("q", batch, queries, 4 * size)
            .Input("k", batch, queries, 2 * size)
            .Input("v", batch, queries, 2 * size)
            .Input("pk", batch, 2, 3, size)
            .Input("pv", batch, 2, 3, size)
            .Weight(
                "s",
                Tensor.Of([batch], [.. Enumerable.Range(0, (int)batch).Select(i => (double)(i == 0 ? other ?? last : last))]),
                DataType.Int32
            )
            .Weight("t", Tensor.Of([1], all), DataType.Int32);

    private static TinyGraph Angles(TinyGraph g) => g.Weight("cos", 8, 8).Weight("sin", 8, 8);
}
