using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>The standard's attention, with all of its options, against ONNX Runtime's own kernel.</summary>
public class AttentionTests
{
    private const long Batch = 2;
    private const long Queries = 3;
    private const long Keys = 5;
    private const long Size = 4;
    private const long ValueSize = 3;

    private static readonly bool[] Both = [false, true];

    // csharpier-ignore
    private static readonly Dictionary<string, (long Heads, long Groups, string Inputs, string Outputs, AttributeProto[] Attributes)> Forms = new()
    {
        ["plain"] = (2, 2, "q k v", "y", []),
        ["scale"] = (2, 2, "q k v", "y", [Of("scale", 0.3f)]),
        ["softcap"] = (2, 2, "q k v", "y", [Of("softcap", 0.8f)]),
        ["causal"] = (2, 2, "q k v", "y", [Of("is_causal", 1)]),
        ["groups"] = (4, 2, "q k v", "y", []),
        ["one group"] = (3, 1, "q k v", "y", [Of("is_causal", 1)]),
        ["precision"] = (2, 2, "q k v", "y", [Of("softmax_precision", 1)]),
        ["boolean mask"] = (2, 2, "q k v bool", "y", []),
        ["boolean mask, causal, cap"] = (2, 2, "q k v bool4", "y", [Of("is_causal", 1), Of("softcap", 0.8f)]),
        ["mask of two axes"] = (2, 2, "q k v float", "y", []),
        ["mask of three axes"] = (2, 2, "q k v float3", "y", []),
        ["mask of four axes"] = (4, 2, "q k v float4", "y", [Of("softcap", 0.9f)]),
        ["mask and causal"] = (2, 2, "q k v float", "y", [Of("is_causal", 1)]),
        ["past"] = (2, 2, "q k v - pk pv", "y present_k present_v", []),
        ["past, causal"] = (4, 2, "q k v - pk pv", "y present_k present_v", [Of("is_causal", 1)]),
        ["past, mask"] = (4, 2, "q k v wide pk pv", "y present_k present_v", []),
        ["present without a past"] = (4, 2, "q k v", "y present_k present_v", []),
        ["products"] = (2, 2, "q k v float", "y - - qk", [Of("qk_matmul_output_mode", 0)]),
        ["products, 1"] = (2, 2, "q k v float", "y - - qk", [Of("qk_matmul_output_mode", 1), Of("softcap", 0.8f)]),
        ["products, 2"] = (2, 2, "q k v float", "y - - qk", [Of("qk_matmul_output_mode", 2), Of("softcap", 0.8f)]),
        ["products, 3"] = (4, 2, "q k v float4", "y - - qk", [Of("qk_matmul_output_mode", 3), Of("is_causal", 1)]),
    };

    public static TheoryData<string, bool, long> Variants =>
        [.. from form in Forms.Keys from flat in Both select (form, flat, flat ? 23L : 24L)];

    [Theory, MemberData(nameof(Variants))]
    public void IsTakenApart(string form, bool flat, long opset) =>
        FusedCheck.Check(g => Add(g, Forms[form], flat), opset: opset, wanted: Wanted(Forms[form].Inputs));

    [Theory, InlineData(false), InlineData(true)]
    public void KeysBehindTheLastOfAnItemAreNotSeen(bool flat) =>
        FusedCheck.Check(g => Add(g.Ints("lengths", 3, 5), (4, 2, "q k v - - - lengths", "y", [Of("softcap", 0.8f)]), flat), opset: 24);

    [Theory, InlineData("none", 0), InlineData("none", 1), InlineData("lowest", 0), InlineData("infinite", 0)]
    public void AQueryThatSeesNoKeyGetsZeros(string mask, int causal) =>
        FusedCheck.Check(
            g =>
                Add(
                    g.Weight("none", Blind(0, 1), DataType.Bool)
                        .Weight("lowest", Blind(float.MinValue, 0.5))
                        .Weight("infinite", Blind(double.NegativeInfinity, 0.5)),
                    (2, 2, $"q k v {mask}", "y - - qk", [Of("is_causal", causal), Of("qk_matmul_output_mode", 3)]),
                    false
                ),
            opset: 24
        );

    [Theory, InlineData(3, 5), InlineData(1, 4)]
    public void QueriesAreTheLastOfTheKeysOfAnItem(long first, long second) =>
        FusedCheck.Check(
            g => Add(g.Ints("lengths", first, second), (4, 2, "q k v - - - lengths", "y", [Of("is_causal", 1)]), false),
            opset: 24
        );

    [Fact]
    public void ASingleQueryBehindAPastSeesEveryKey() =>
        FusedCheck.Check(
            g =>
                g.Input("q", 2, 2, 1, 4)
                    .Input("k", 2, 2, 3, 4)
                    .Input("v", 2, 2, 3, 4)
                    .Input("pk", 2, 2, 2, 4)
                    .Input("pv", 2, 2, 2, 4)
                    .Node("Attention", "q k v - pk pv", "y a b", Of("is_causal", 1))
                    .Output("y", "a", "b"),
            opset: 24
        );

    // The first query sees nothing.
    private static Tensor Blind(double unseen, double seen) =>
        new([Queries, Keys], [.. Enumerable.Range(0, 15).Select(i => i is < 5 or 8 ? unseen : seen)]);

    private static string[] Wanted(string inputs) => [.. inputs.Split(' ').Where(i => i is not ("-" or "bool" or "bool4"))];

    private static void Add(
        TinyGraph g,
        (long Heads, long Groups, string Inputs, string Outputs, AttributeProto[] Attributes) form,
        bool flat
    )
    {
        var names = form.Inputs.Split(' ').ToHashSet();
        long[] Shape(long heads, long positions, long size) => flat ? [Batch, positions, heads * size] : [Batch, heads, positions, size];
        g.Input("q", Shape(form.Heads, Queries, Size))
            .Input("k", Shape(form.Groups, Keys, Size))
            .Input("v", Shape(form.Groups, Keys, ValueSize));
        foreach (
            var (name, shape) in new (string, long[])[]
            {
                ("float", [Queries, Keys]),
                ("float3", [form.Heads, Queries, Keys]),
                ("float4", [Batch, form.Heads, Queries, Keys]),
                ("wide", [Batch, 1, Queries, Keys + 2]),
                ("pk", [Batch, form.Groups, 2, Size]),
                ("pv", [Batch, form.Groups, 2, ValueSize]),
            }
        )
        {
            if (names.Contains(name))
                g.Input(name, shape);
        }

        if (names.Contains("bool"))
            g.Weight("bool", Some([Queries, Keys]), DataType.Bool);
        if (names.Contains("bool4"))
            g.Input("bool4", Some([Batch, 1, Queries, Keys]), DataType.Bool);
        AttributeProto[] heads = flat ? [Of("q_num_heads", form.Heads), Of("kv_num_heads", form.Groups)] : [];
        g.Node("Attention", form.Inputs, form.Outputs, [.. form.Attributes, .. heads])
            .Output([.. form.Outputs.Split(' ').Where(o => o != "-")]);
    }

    // Two of three, in every row.
    private static Tensor Some(long[] shape) =>
        new(shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => i % 3 == 1 ? 0.0 : 1)]);
}
