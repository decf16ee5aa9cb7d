using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests.Fuzz;

/// <summary>The whole files that are damaged.</summary>
internal static class FuzzSeeds
{
    /// <summary>
    /// Tiny models: plain, normalised, pooled and padded the old way, resized, with sequences, with two inputs, without a class, with
    /// values without axes.
    /// </summary>
    // csharpier-ignore
    public static IReadOnlyList<byte[]> Tiny { get; } =
    [
        Plain().ToBytes(), Old(opset: 9, ir: 3).ToBytes(), Old(opset: 7, ir: 8).ToBytes(), Attention().ToBytes(), TinyNets.Segmentation(1).ToBytes(), TinyNets.Detection(1).ToBytes(), TinyNets.SuppressedDetection().ToBytes(),
        TinyNets.Caption(1).ToBytes(), TinyNets.Vqa(1).ToBytes(), TinyNets.PolicyAndValue(1).ToBytes(), ScaledByItsRange().ToBytes(),
    ];

    /// <summary>Those, and the smallest of the reference data.</summary>
    public static IReadOnlyList<byte[]> All { get; } =
        SharedData.Root is null
            ? Tiny
            :
            [
                .. Enumerable.Repeat(Tiny, 12).SelectMany(t => t),
                .. new[]
                {
                    ("onnx-light", "light_squeezenet.onnx"),
                    ("onnx-light", "light_bvlc_alexnet.onnx"),
                    ("models", "resnet8-cifar10-nhwc/model.onnx"),
                    ("models", "vww-person-int8/model.onnx"),
                    ("models", "resnet20-cifar10-op10/model.onnx"),
                }
                    .Select(f => SharedData.Path(f.Item1, f.Item2))
                    .Where(File.Exists)
                    .Select(File.ReadAllBytes),
            ];

    private static TinyGraph Plain() =>
        new TinyGraph(opset: 17)
            .Input("x", 1, 3, 8, 8)
            .Weight("w", 4, 3, 3, 3)
            .Weight("b", 4)
            .Node("Conv", "x w b", "c", Of("kernel_shape", [3, 3]), Of("pads", [1, 1, 1, 1]))
            .Weight("s", 4)
            .Weight("t", 4)
            .Weight("m", 4)
            .Weight("v", Tensor.Spread([4], 0.5, 2, 1))
            .Node("BatchNormalization", "c s t m v", "n")
            .Node("Relu", "n", "r")
            .Node("MaxPool", "r", "p", Of("kernel_shape", [2, 2]), Of("strides", [2, 2]))
            .Weight("w2", 4, 4, 1, 1)
            .Node("Conv", "p w2", "c2", Of("auto_pad", "SAME_UPPER"))
            .Node("Add", "c2 p", "sum")
            .Node("Clip", "sum", "act")
            .Node("GlobalAveragePool", "act", "g")
            .Node("Flatten", "g", "f")
            .Weight("fc", 4, 5)
            .Node("MatMul", "f fc", "logits")
            .Node("Softmax", "logits", "y")
            .Output("y");

    private static TinyGraph Old(long opset, long ir) =>
        new TinyGraph(opset: opset, ir: ir)
            .Input("x", 1, 3, 8, 8)
            .Weight("w", 4, 3, 3, 3)
            .Node("Conv", "x w", "c", Of("kernel_shape", [3, 3]), Of("auto_pad", "SAME_UPPER"), Of("strides", [2, 2]))
            .Node("Clip", "c", "r", Of("min", 0f), Of("max", 6f))
            .Node("Pad", "r", "padded", Of("pads", [0, 0, 1, 1, 0, 0, 1, 1]))
            .Node("AveragePool", "padded", "a", Of("kernel_shape", [3, 3]), Of("count_include_pad", 1L))
            .Node("ReduceMean", "a", "g", Of("axes", [2, 3]), Of("keepdims", 0L))
            .Weight("fc", 5, 4)
            .Weight("bias", 5)
            .Node("Gemm", "g fc bias", "logits", Of("transB", 1L))
            .Node("Softmax", "logits", "y")
            .Output("y");

    private static TinyGraph ScaledByItsRange() =>
        new TinyGraph()
            .Input("x", 1, 3, 8, 8)
            .Node("ReduceMax", "x", "high", Of("keepdims", 0L))
            .Node("ReduceMin", "x", "low", Of("keepdims", 0L))
            .Node("Sub", "high low", "range")
            .Node("Sub", "x low", "above")
            .Node("Div", "above range", "scaled")
            .Weight("w", 4, 3, 3, 3)
            .Node("Conv", "scaled w", "c", Of("kernel_shape", [3, 3]))
            .Node("GlobalAveragePool", "c", "g")
            .Node("Flatten", "g", "y")
            .Output("y");

    private static TinyGraph Attention() =>
        new TinyGraph()
            .Input("x", 1, 3, 8, 8)
            .Weight("w", 6, 3, 4, 4)
            .Node("Conv", "x w", "patches", Of("kernel_shape", [4, 4]), Of("strides", [4, 4]))
            .Ints("rows", 0, 6, 4)
            .Node("Reshape", "patches rows", "flat")
            .Node("Transpose", "flat", "tokens", Of("perm", [0, 2, 1]))
            .Weight("q", 6, 6)
            .Node("MatMul", "tokens q", "query")
            .Node("Transpose", "tokens", "key", Of("perm", [0, 2, 1]))
            .Node("MatMul", "query key", "scores")
            .Node("Softmax", "scores", "weights", Of("axis", -1L))
            .Node("MatMul", "weights tokens", "mixed")
            .Node("Add", "mixed tokens", "after")
            .Ints("one", 1)
            .Node("ReduceMean", "after one", "mean", Of("keepdims", 0L))
            .Weight("fc", 6, 5)
            .Node("MatMul", "mean fc", "y")
            .Output("y");
}
