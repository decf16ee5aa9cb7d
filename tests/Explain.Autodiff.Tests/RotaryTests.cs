using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Tests;

/// <summary>Rotary position embeddings, the standard's and those ONNX Runtime adds, against its own kernels.</summary>
public class RotaryTests
{
    [Theory]
    [InlineData(false, false, 0, false)]
    [InlineData(false, true, 0, true)]
    [InlineData(false, false, 4, true)]
    [InlineData(true, false, 0, true)]
    [InlineData(true, true, 4, false)]
    public void Standard(bool flat, bool interleaved, int dim, bool positions)
    {
        var pairs = dim > 0 ? dim / 2 : 3;
        FusedCheck.Check(
            g =>
                g.Input("x", flat ? [2, 3, 12] : [2, 2, 3, 6])
                    .Weight("cos", positions ? [7, pairs] : [2, 3, pairs])
                    .Weight("sin", positions ? [7, pairs] : [2, 3, pairs])
                    .Ints("at", [2, 3], [0, 2, 4, 1, 6, 3])
                    .Node(
                        "RotaryEmbedding",
                        positions ? "x cos sin at" : "x cos sin",
                        "y",
                        Of("interleaved", interleaved ? 1 : 0),
                        Of("rotary_embedding_dim", dim),
                        Of("num_heads", flat ? 2 : 0)
                    )
                    .Output("y"),
            opset: 23
        );
    }

    [Theory]
    [InlineData(false, false, 0, 2, true)]
    [InlineData(false, true, 0, 0, false)]
    [InlineData(true, false, 0, 2, false)]
    [InlineData(true, false, 0, 0, true)]
    [InlineData(true, true, 4, 2, true)]
    public void Contributed(bool flat, bool interleaved, int dim, int heads, bool eachPosition)
    {
        var pairs = dim > 0 ? dim / 2 : 4;
        FusedCheck.Check(g =>
            (eachPosition ? g.Ints("at", [2, 3], [0, 2, 4, 1, 6, 3]) : g.Ints("at", 2))
                .Input("x", flat ? [2, 3, 16] : [2, 2, 3, 8])
                .Weight("cos", 7, pairs)
                .Weight("sin", 7, pairs)
                .Node(
                    "com.microsoft.RotaryEmbedding",
                    "x at cos sin",
                    "y",
                    Of("interleaved", interleaved ? 1 : 0),
                    Of("rotary_embedding_dim", dim),
                    Of("num_heads", dim > 0 ? 2 : heads)
                )
                .Output("y")
        );
    }
}
