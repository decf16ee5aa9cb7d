using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Tests;

/// <summary>The ways from a feature map "l" [N, 4, 3, 3] to class scores "scores" that models have.</summary>
internal static class Heads
{
    // csharpier-ignore
    private static readonly Dictionary<string, Func<TinyGraph, TinyGraph>> Table = new()
    {
        ["average, Gemm with rows for classes"] = g => g.Average().Classify(),
        ["average, Gemm with "
 + "columns for classes"] = g => g.Average().Weight("w", 4, 5).Weight("b", 1, 5).Node("Gemm", "f "
 + "w b", "scores", Of("alpha", 0.5f), Of("beta", 2f)),
        ["average, Gemm without bias"] = g => g.Average().Weight("w", 4, 5).Node("Gemm", "f w", "scores"),
        ["average, Gemm with one bias for all classes"] = g => g.Average().Weight("w", 4, 5).Weight("b", 1).Node("Gemm", "f w b", "scores"),
        ["average, Gemm with one bias for all "
 + "classes as a matrix"] = g => g.Average().Weight("w", 4, 5).Weight("b", 1, 1).Node("Gemm", "f "
 + "w b", "scores"),
        ["average, Gemm with a scalar bias"] = g => g.Average().Weight("w", 4, 5).Weight("b").Node("Gemm", "f w b", "scores"),
        ["average, Gemm with "
 + "transposed features"] = g => g.Average().Node("Transpose", "f", "t").Weight("w", 4, 5).Weight("b", 5).Node("Gemm", "t "
 + "w b", "scores", Of("transA", 1)),
        ["average, "
 + "MatMul and Add"] = g => g.Average().Weight("w", 4, 5).Weight("b", 5).Node("MatMul", "f "
 + "w", "m").Node("Add", "m "
 + "b", "scores"),
        ["average, MatMul and Add the "
 + "other way round"] = g => g.Average().Weight("w", 4, 5).Weight("b", 1, 5).Node("MatMul", "f "
 + "w", "m").Node("Add", "b "
 + "m", "scores"),
        ["one class, Gemm"] = g => g.Average().Weight("w", 1, 4).Weight("b", 1).Node("Gemm", "f w b", "scores", Of("transB", 1)),
        ["one class, "
 + "MatMul and Add"] = g => g.Average().Weight("w", 4, 1).Weight("b", 1).Node("MatMul", "f "
 + "w", "m").Node("Add", "m "
 + "b", "scores"),
        ["class maps, Flatten"] = g => g.Maps().Node("GlobalAveragePool", "r", "a").Node("Flatten", "a", "scores"),
        ["class maps, Reshape"] = g => g.Maps().Node("GlobalAveragePool", "r", "a").Ints("s", -1, 5).Node("Reshape", "a s", "scores"),
        ["class maps, Reshape that "
 + "keeps the batch"] = g => g.Maps().Node("GlobalAveragePool", "r", "a").Ints("s", 0, -1).Node("Reshape", "a "
 + "s", "scores"),
        ["class maps, Squeeze"] = g => g.Maps().Node("GlobalAveragePool", "r", "a").Ints("s", 2, 3).Node("Squeeze", "a s", "scores"),
        ["class maps, largest"] = g => g.Maps().Node("GlobalMaxPool", "r", "a").Node("Flatten", "a", "scores"),
        ["class maps, ReduceMean"] = g => g.Maps().Ints("s", 2, -1).Node("ReduceMean", "r s", "scores", Of("keepdims", 0)),
        ["class maps, "
 + "AveragePool"] = g => g.Maps().Node("AveragePool", "r", "a", Of("kernel_shape", [3, 3])).Node("Flatten", "a", "scores"),
        ["class maps, scores with empty space"] = g => g.Maps().Node("GlobalAveragePool", "r", "scores"),
        ["class maps, scores with space"] = g => g.Maps().Node("AveragePool", "r", "scores", Of("kernel_shape", [2, 3])),
        ["class maps of "
 + "two groups"] = g => g.Weight("w", 6, 2, 1, 1).Node("Conv", "l "
 + "w", "c", Of("group", 2)).Node("GlobalAveragePool", "c", "a").Node("Flatten", "a", "scores"),
        ["largest, Gemm"] = g => g.Node("GlobalMaxPool", "l", "a").Node("Flatten", "a", "f").Classify(),
        ["mean, Gemm"] = g => g.Ints("s", 2, 3).Node("ReduceMean", "l s", "f", Of("keepdims", 0)).Classify(),
        ["tokens, "
 + "mean, Gemm"] = g => g.Ints("t", 0, 4, 9).Node("Reshape", "l "
 + "t", "n").Node("Transpose", "n", "o", Of("perm", [0, 2, 1])).Ints("s", 1)
            .Node("ReduceMean", "o s", "f", Of("keepdims", 0)).Classify(),
        ["flat, two "
 + "layers"] = g => g.Node("Flatten", "l", "f").Weight("w1", 36, 7).Weight("b1", 7).Node("Gemm", "f "
 + "w1 b1", "h").Node("Relu", "h", "r").Weight("w", 5, 7).Weight("b", 5)
            .Node("Gemm", "r w b", "scores", Of("transB", 1)),
        ["Gemm, "
 + "normalised"] = g => g.Average().Classify("z").Weight("s", 5).Weight("d", 5).Weight("m", 5).Weight("v", Tensor.Spread([5], 0.5, 2, 9))
            .Node("BatchNormalization", "z s d m v", "scores"),
        ["Gemm, Softmax"] = g => g.Average().Classify("z").Node("Softmax", "z", "scores", Of("axis", 1)),
        ["Gemm, arithmetic "
 + "with constants"] = g => g.Average().Classify("z").Weight("p", 5).Weight("q", 1, 5).Weight("r").Node("Mul", "z "
 + "p", "z1").Node("Sub", "q "
 + "z1", "z2")
            .Node("Div", "z2 r", "z3").Node("Tanh", "z3", "z4").Node("LeakyRelu", "z4", "z5").Node("Identity", "z5", "scores"),
        ["Gemm, scale of "
 + "every row"] = g => g.Average().Classify("z").Ints("s", 1).Node("ReduceMean", "f "
 + "s", "scale").Node("Mul", "z "
 + "scale", "scores"),
        ["sum of two heads"] = g => g.Average().Classify("z").Weight("w2", 4, 5).Node("MatMul", "f w2", "z2").Node("Add", "z z2", "scores"),
        ["two heads "
 + "side by side"] = g => g.Average().Weight("w1", 4, 3).Node("MatMul", "f "
 + "w1", "z1").Weight("w2", 4, 2).Node("MatMul", "f "
 + "w2", "z2").Node("Concat", "z1 "
 + "z2", "scores", Of("axis", 1)),
    };

    public static IEnumerable<string> Names => Table.Keys;

    /// <summary>A model with a head: x [N, 3, 3, 3] → l → scores.</summary>
    public static TinyGraph Model(string head, Known known = Known.Everything)
    {
        var tiny = new TinyGraph(known: known)
            .Input("x", 2, 3, 3, 3)
            .Weight("w0", 4, 3, 3, 3)
            .Node("Conv", "x w0", "c0", Of("pads", [1, 1, 1, 1]))
            .Node("Sigmoid", "c0", "l");
        return Table[head](tiny).Output("scores");
    }

    /// <summary>The model from "l" on, and a run of the whole.</summary>
    public static (Graph Tail, Dictionary<string, Tensor> Run) Split(TinyGraph tiny)
    {
        var whole = tiny.Build();
        whole.Proto.Output.Add(new ValueInfoProto { Name = "l" });
        var run = Runtime.Run(whole, tiny.Feeds);
        var tail = tiny.Build();
        tail.CutAt("l", new TensorType(TensorProto.Types.DataType.Float, null));
        tail.SetOutputs(["scores"]);
        return (tail, run);
    }

    private static TinyGraph Average(this TinyGraph g) => g.Node("GlobalAveragePool", "l", "pooled").Node("Flatten", "pooled", "f");

    private static TinyGraph Classify(this TinyGraph g, string scores = "scores") =>
        g.Weight("w", 5, 4).Weight("b", 5).Node("Gemm", "f w b", scores, Of("transB", 1));

    private static TinyGraph Maps(this TinyGraph g) =>
        g.Weight("w", 5, 4, 1, 1).Weight("b", 5).Node("Conv", "l w b", "c").Node("Relu", "c", "r");
}
