using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Testing;

/// <summary>
/// Small smooth models whose outputs are no class scores, or not only. Each takes the image "x" [N, 3, 6, 8] and has the feature maps "l"
/// [N, 4, 6, 8].
/// </summary>
public static class TinyNets
{
    /// <summary>Output "logits" [N, 3, 12, 16]: three classes at every place of the resized maps.</summary>
    public static TinyGraph Segmentation(int items = 2) =>
        Features(items)
            .Weight("w", 3, 4, 1, 1)
            .Node("Conv", "l w", "small")
            .Weight("twice", Tensor.Of([4], 1, 1, 2, 2), DataType.Float)
            .Node("Resize", "small - twice", "logits", Of("mode", "linear"))
            .Output("logits");

    /// <summary>Output "mask" [N, 1, 6, 8]: how likely a place belongs to the one class there is.</summary>
    public static TinyGraph SingleClassMask(int items = 2) =>
        Features(items).Weight("w", 1, 4, 1, 1).Node("Conv", "l w", "z").Node("Sigmoid", "z", "mask").Output("mask");

    /// <summary>Output "rows" [N, 48, 5]: one candidate for each place.</summary>
    public static TinyGraph Detection(int items = 2) =>
        Features(items)
            .Weight("w", 5, 4, 1, 1)
            .Node("Conv", "l w", "z")
            .Ints("shape", 0, 5, 48)
            .Node("Reshape", "z shape", "r")
            .Node("Transpose", "r", "rows", Of("perm", [0, 2, 1]))
            .Output("rows");

    /// <summary>
    /// Output "boxes" [D, 5]: of the candidates of one image, those whose first number is above -0.5; it has no batch axis.
    /// </summary>
    public static TinyGraph SuppressedDetection() =>
        Features(1)
            .Weight("w", 5, 4, 1, 1)
            .Node("Conv", "l w", "z")
            .Ints("shape", 5, 48)
            .Node("Reshape", "z shape", "r")
            .Node("Transpose", "r", "t", Of("perm", [1, 0]))
            .Ints("first", 0)
            .Node("Gather", "t first", "c", Of("axis", 1))
            .Ints("flat", 48)
            .Node("Reshape", "c flat", "score")
            .Weight("least", Tensor.Of([], -0.5))
            .Node("Greater", "score least", "kept")
            .Node("NonZero", "kept", "n")
            .Ints("minus", -1)
            .Node("Reshape", "n minus", "index")
            .Node("Gather", "t index", "boxes", Of("axis", 0))
            .Output("boxes");

    /// <summary>Outputs "scores" [N, 3], of three classes, and "embedding" [N, 6].</summary>
    public static TinyGraph Embedding(int items = 2) =>
        Pooled(Features(items))
            .Weight("w", 3, 4)
            .Node("Gemm", "f w", "scores", Of("transB", 1))
            .Weight("e", 6, 4)
            .Node("Gemm", "f e", "embedding", Of("transB", 1))
            .Output("scores", "embedding");

    /// <summary>
    /// Input "tokens" INT64 [N, 3], the caption so far; output "logits" [N, 3, 7], the scores of the next token at each position.
    /// </summary>
    public static TinyGraph Caption(int items = 2) =>
        Pooled(Features(items))
            .Input("tokens", Tensor.Of([items, 3], [.. Enumerable.Range(0, items * 3).Select(i => (double)(i * 2 % 7))]), DataType.Int64)
            .Weight("words", 7, 4)
            .Node("Gather", "words tokens", "said", Of("axis", 0))
            .Ints("one", 1)
            .Node("Unsqueeze", "f one", "seen")
            .Node("Add", "said seen", "sum")
            .Node("Tanh", "sum", "state")
            .Weight("out", 4, 7)
            .Node("MatMul", "state out", "logits")
            .Output("logits");

    /// <summary>Input "question" FP32 [N, 5], or of a fixed number of items; output "scores" [N, 3], of three answers.</summary>
    public static TinyGraph Vqa(int items = 2, int? questions = null) =>
        Pooled(Features(items))
            .Input("question", Tensor.Spread([questions ?? items, 5], -1, 1, 9))
            .Weight("q", 4, 5)
            .Node("Gemm", "question q", "asked", Of("transB", 1))
            .Node("Tanh", "asked", "gate")
            .Node("Mul", "f gate", "joint")
            .Weight("w", 3, 4)
            .Node("Gemm", "joint w", "scores", Of("transB", 1))
            .Output("scores");

    /// <summary>
    /// Input "state" FP32 [N, 2]; outputs "policy" [N, 4], of four actions, "value" [N, 1], and "reward" [N], one number an item.
    /// </summary>
    public static TinyGraph PolicyAndValue(int items = 2) =>
        Pooled(Features(items))
            .Input("state", Tensor.Spread([items, 2], -1, 1, 10))
            .Node("Concat", "f state", "all", Of("axis", 1))
            .Weight("hidden", 4, 6)
            .Node("Gemm", "all hidden", "h0", Of("transB", 1))
            .Node("Tanh", "h0", "h")
            .Weight("p", 4, 4)
            .Node("Gemm", "h p", "policy", Of("transB", 1))
            .Weight("v", 1, 4)
            .Node("Gemm", "h v", "value", Of("transB", 1))
            .Ints("last", 1)
            .Node("Squeeze", "value last", "reward")
            .Output("policy", "value", "reward");

    private static TinyGraph Features(int items) =>
        new TinyGraph(known: items > 1 ? Known.AllButBatch : Known.Everything)
            .Input("x", items, 3, 6, 8)
            .Weight("w0", 4, 3, 3, 3)
            .Weight("b0", 4)
            .Node("Conv", "x w0 b0", "c0", Of("kernel_shape", [3, 3]), Of("pads", [1, 1, 1, 1]))
            .Node("Sigmoid", "c0", "l");

    private static TinyGraph Pooled(TinyGraph g) => g.Node("GlobalAveragePool", "l", "p0").Node("Flatten", "p0", "f");
}
