using Explain.Autodiff.Graphs;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Vocabulary;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests.Methods;

/// <summary>The heads that CAM has a closed form for, and what it says of the others.</summary>
public sealed class CamHeadTests
{
    private const int Z = 5 * 6;

    // Each head with the factor between its class weights and the constant "w" of the graph.
    // csharpier-ignore
    private static readonly Dictionary<string, (Func<TinyGraph, TinyGraph> Build, bool RowsAreClasses, float Factor)> Known = new()
    {
        ["average, Flatten, Gemm"] = (g => g.Pool().Node("Flatten", "pooled", "f").Rows().Gemm(), true, 1),
        ["average, Reshape, Gemm"] = (g => g.Pool().Ints("s", 0, -1).Node("Reshape", "pooled s", "f").Rows().Gemm(), true, 1),
        ["average, Squeeze, Gemm"] = (g => g.Pool().Ints("s", 2, 3).Node("Squeeze", "pooled s", "f").Rows().Gemm(), true, 1),
        ["average, Gemm with columns and alpha"] = (g => g.Pool().Node("Flatten", "pooled", "f").Columns().Weight("b", 3).Node("Gemm", "f w b", "scores", Of("alpha", 0.5f)), false, 0.5f),
        ["average, MatMul, Add"] = (g => g.Pool().Node("Flatten", "pooled", "f").Columns().Weight("b", 3).Node("MatMul", "f w", "m").Node("Add", "m b", "scores"), false, 1),
        ["average, MatMul, Add the other way round"] = (g => g.Pool().Node("Flatten", "pooled", "f").Columns().Weight("b", 1, 3).Node("MatMul", "f w", "m").Node("Add", "b m", "scores"), false, 1),
        ["average, MatMul"] = (g => g.Pool().Node("Flatten", "pooled", "f").Columns().Node("MatMul", "f w", "scores"), false, 1),
        ["average, 1×1 Conv, Flatten"] = (g => g.Pool().Weight("w", 3, 4, 1, 1).Node("Conv", "pooled w", "c").Node("Flatten", "c", "scores"), true, 1),
        ["ReduceMean, Gemm"] = (g => g.Ints("a", 2, 3).Node("ReduceMean", "l a", "f", Of("keepdims", 0)).Rows().Gemm(), true, 1),
        ["AveragePool over everything, Gemm"] = (g => g.Node("AveragePool", "l", "pooled", Of("kernel_shape", [5, 6])).Node("Flatten", "pooled", "f").Rows().Gemm(), true, 1),
        ["Dropout before and behind the pooling"] = (g => g.Node("Dropout", "l", "d").Node("GlobalAveragePool", "d", "pooled").Node("Flatten", "pooled", "e").Node("Dropout", "e", "f").Rows().Gemm(), true, 1),
        ["1×1 Conv, average"] = (g => g.Maps().Node("GlobalAveragePool", "c", "a").Node("Flatten", "a", "scores"), true, 1),
        ["1×1 Conv, Relu, average, Reshape"] = (g => g.Maps().Node("Relu", "c", "r").Node("GlobalAveragePool", "r", "a").Ints("s", -1, 3).Node("Reshape", "a s", "scores"), true, 1),
        ["1×1 Conv, Relu, average, Squeeze"] = (g => g.Maps().Node("Relu", "c", "r").Node("GlobalAveragePool", "r", "a").Ints("s", 2, 3).Node("Squeeze", "a s", "scores"), true, 1),
        ["1×1 Conv, ReduceMean"] = (g => g.Maps().Ints("s", -1, -2).Node("ReduceMean", "c s", "scores", Of("keepdims", 0)), true, 1),
        ["Gemm behind a Softmax"] = (g => g.Pool().Node("Flatten", "pooled", "f").Rows().Weight("b", 3).Node("Gemm", "f w b", "z", Of("transB", 1)).Node("Softmax", "z", "scores"), true, 1),
    };

    // csharpier-ignore
    private static readonly Dictionary<string, (Func<TinyGraph, TinyGraph> Build, string Found)> Unknown = new()
    {
        ["two linear layers"] = (g => g.Pool().Node("Flatten", "pooled", "f").Weight("w1", 4, 6).Node("MatMul", "f w1", "h").Node("Relu", "h", "r").Weight("w", 6, 3).Node("MatMul", "r w", "scores"), "Relu"),
        ["no pooling"] = (g => g.Node("Flatten", "l", "f").Weight("w", 4 * Z, 3).Node("MatMul", "f w", "scores"), "Relu 'relu/l'"),
        ["a pooling that leaves several places"] = (g => g.Node("MaxPool", "l", "p", Of("kernel_shape", [2, 2]), Of("strides", [2, 2])).Node("Flatten", "p", "f").Weight("w", 24, 3).Node("MatMul", "f w", "scores"), "MaxPool"),
        ["the sum of two linear layers"] = (g => g.Pool().Node("Flatten", "pooled", "f").Columns().Weight("w2", 4, 3).Node("MatMul", "f w", "m").Node("MatMul", "f w2", "m2").Node("Add", "m m2", "scores"), "Add"),
        ["a scale behind the linear layer"] = (g => g.Pool().Node("Flatten", "pooled", "f").Columns().Weight("s", 3).Node("MatMul", "f w", "m").Node("Mul", "m s", "scores"), "Mul"),
        ["a 3×3 Conv before the average"] = (g => g.Convolve("l", 3, 4, "c").Node("GlobalAveragePool", "c", "a").Node("Flatten", "a", "scores"), "Conv"),
        ["a Conv of several groups before the average"] = (g => g.Weight("w", 6, 2, 1, 1).Node("Conv", "l w", "c", Of("group", 2)).Node("GlobalAveragePool", "c", "a").Node("Flatten", "a", "scores"), "Conv"),
        ["a Conv of several groups behind the average"] = (g => g.Pool().Weight("w", 6, 2, 1, 1).Node("Conv", "pooled w", "c", Of("group", 2)).Node("Flatten", "c", "scores"), "Conv"),
        ["a 3×3 Conv behind the average"] = (g => g.Pool().Convolve("pooled", 3, 4, "c").Node("Flatten", "c", "scores"), "Conv"),
        ["a maximum of class maps"] = (g => g.Maps().Node("GlobalMaxPool", "c", "a").Node("Flatten", "a", "scores"), "GlobalMaxPool"),
        ["a mean over channels"] = (g => g.Ints("a", 1, 2).Node("ReduceMean", "l a", "f", Of("keepdims", 0)).Weight("w", 6, 3).Node("MatMul", "f w", "scores"), "ReduceMean"),
    };

    public static TheoryData<string> KnownHeads => [.. Known.Keys];

    public static TheoryData<string> UnknownHeads => [.. Unknown.Keys];

    [Theory]
    [MemberData(nameof(KnownHeads))]
    public void CamIsTheFeatureMapsWeightedByTheLinearLayer(string head)
    {
        var (build, rowsAreClasses, factor) = Known[head];
        var g = build(Tiny.Features()).Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var answer = model.Explain(g.Image(), "cam", "2");

        var w = Tensors.ReadFloats(model.Graph.Constant("w"))!;
        var a = answer.Activations!.Values;
        var expected = Enumerable
            .Range(0, 2 * Z)
            .Select(i =>
                (float)Enumerable.Range(0, 4).Sum(c => factor * w[rowsAreClasses ? 2 * 4 + c : c * 3 + 2] * a[(i / Z * 4 + c) * Z + i % Z])
            )
            .ToArray();
        Assert.Equal("l", model.Description.Layer);
        Near.Relative(expected, answer.Map.Values, 1e-5, head);
    }

    [Theory]
    [MemberData(nameof(UnknownHeads))]
    public void CamOfAnotherHeadIsRefusedWithWhatWasFoundAndWhatWorks(string head)
    {
        var (build, found) = Unknown[head];
        var g = build(Tiny.Features()).Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var e = Assert.Throws<ExplainException>(() => model.Explain(g.Image(), "cam"));

        Assert.Equal(ExplainError.MethodNotSupported, e.Error);
        Assert.StartsWith(
            "cam cannot be computed: cam needs global average or max pooling and one linear layer between 'l' and the class scores",
            e.Message
        );
        Assert.Contains($"found {found}", e.Message);
        Assert.Contains("Supported at the default layer: gradcam, hirescam", e.Message);
        var verdict = MethodSupportTable.For(model).Single(m => m.Method == "cam");
        Assert.False(verdict.Supported);
        Assert.Contains(found, verdict.Reason);
        Assert.All(model.Explain(g.Image()).Map.Values, v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void CamAtALayerBeforeTheLastIsRefused()
    {
        var g = Tiny.Features().PoolAndClassify().Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var e = Assert.Throws<ExplainException>(() => model.Explain(g.Image(), "cam", layer: "c0"));

        Assert.Equal(ExplainError.MethodNotSupported, e.Error);
        Assert.Contains("between 'c0' and the class scores", e.Message);
    }

    [Theory]
    [InlineData("probability")]
    [InlineData("log-probability")]
    public void CamOfAProbabilityIsRefusedBecauseOnlyLogitsAreLinear(string score)
    {
        var g = Tiny.Features().PoolAndClassify().Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var e = Assert.Throws<ExplainException>(() => model.Explain(g.Image(), "cam", score: score));

        Assert.Equal(ExplainError.MethodNotSupported, e.Error);
        Assert.Contains($"score={score}", e.Message);
    }
}

internal static class HeadParts
{
    public static TinyGraph Pool(this TinyGraph g) => g.Node("GlobalAveragePool", "l", "pooled");

    public static TinyGraph Rows(this TinyGraph g) => g.Weight("w", 3, 4);

    public static TinyGraph Columns(this TinyGraph g) => g.Weight("w", 4, 3);

    public static TinyGraph Gemm(this TinyGraph g) => g.Weight("b", 3).Node("Gemm", "f w b", "scores", Of("transB", 1));

    public static TinyGraph Maps(this TinyGraph g) => g.Weight("w", 3, 4, 1, 1).Weight("b", 3).Node("Conv", "l w b", "c");
}
