using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Testing;

/// <summary>
/// A Swin transformer as torchvision exports it, with all of its operators: from an image "x" [N, 3, 16, 16] to "scores" [N, 3]. Windows of
/// 3 by 3 do not divide its maps of 4 by 4, so these are padded; the second block's windows are shifted by 1.
/// </summary>
/// <param name="biases">Whether linear layers have biases.</param>
/// <param name="given">Whether what is added to the scores of the attention is an input ("table.1", "table.2", "mask.2"), not a
/// constant.</param>
public sealed class SwinNet(bool biases = true, bool given = false)
{
    private const long Channels = 8;
    private const long Heads = 2;
    private const long Extent = 4;
    private const long Window = 3;
    private const long Padded = 6;
    private const long Windows = 4;
    private const long Tokens = Window * Window;

    private readonly TinyGraph _g = new(known: Known.AllButBatch, opset: 17);
    private int _weights;

    /// <summary>The model.</summary>
    public static TinyGraph Make(bool biases = true, bool given = false) => new SwinNet(biases, given).Build();

    private TinyGraph Build()
    {
        _g.Input("x", Tensor.Spread([2, 3, 16, 16], -1, 2, 3))
            .Weight("patch.w", Small(Channels, 3, 4, 4))
            .Node("Conv", "x patch.w", "patches", Of("kernel_shape", [4, 4]), Of("strides", [4, 4]))
            .Node("Transpose", "patches", "last", Of("perm", [0, 2, 3, 1]));
        _g.Weight("zero", Tensor.Of([], 0)).Bool("training", true);
        Norm("last", "embedded", Channels);
        Block("1", "embedded", "block1", shift: 0);
        Block("2", "block1", "block2", shift: 1);
        Merge("block2", "merged");
        Norm("merged", "normed", 2 * Channels);
        _g.Node("Transpose", "normed", "maps", Of("perm", [0, 3, 1, 2])).Node("GlobalAveragePool", "maps", "pooled");
        _g.Node("Flatten", "pooled", "features").Weight("head.w", 3, 2 * Channels);
        if (biases)
            _g.Weight("head.b", 3);
        return _g.Node("Gemm", biases ? "features head.w head.b" : "features head.w", "scores", Of("transB", 1L)).Output("scores");
    }

    private void Block(string n, string x, string y, long shift)
    {
        Norm(x, $"norm.{n}", Channels);
        Attention(n, $"norm.{n}", $"attended.{n}", shift);
        _g.Node("Add", $"{x} attended.{n}", $"sum.{n}");
        Norm($"sum.{n}", $"again.{n}", Channels);
        Linear($"again.{n}", $"wide.{n}", Channels, 2 * Channels);
        _g.Weight($"root.{n}", Tensor.Of([], Math.Sqrt(2)))
            .Weight($"one.{n}", Tensor.Of([], 1))
            .Weight($"half.{n}", Tensor.Of([], 0.5))
            .Node("Div", $"wide.{n} root.{n}", $"scaled.{n}")
            .Node("Erf", $"scaled.{n}", $"erf.{n}")
            .Node("Add", $"erf.{n} one.{n}", $"phi.{n}")
            .Node("Mul", $"wide.{n} phi.{n}", $"twice.{n}")
            .Node("Mul", $"twice.{n} half.{n}", $"gelu.{n}");
        Dropout($"gelu.{n}", $"dropped.{n}");
        Linear($"dropped.{n}", $"narrow.{n}", 2 * Channels, Channels);
        Dropout($"narrow.{n}", $"mlp.{n}");
        _g.Node("Add", $"sum.{n} mlp.{n}", y);
    }

    private void Attention(string n, string x, string y, long shift)
    {
        _g.Ints($"pads.{n}", 0, 0, 0, 0, 0, Padded - Extent, Padded - Extent, 0).Node("Pad", $"{x} pads.{n} zero", $"padded.{n}");
        Roll($"padded.{n}", $"rolled.{n}", shift);
        _g.Ints($"parts.{n}", -1, 2, Window, 2, Window, Channels)
            .Node("Reshape", $"rolled.{n} parts.{n}", $"split.{n}")
            .Node("Transpose", $"split.{n}", $"windows.{n}", Of("perm", [0, 1, 3, 2, 4, 5]))
            .Ints($"rows.{n}", -1, Tokens, Channels)
            .Node("Reshape", $"windows.{n} rows.{n}", $"tokens.{n}");
        Linear($"tokens.{n}", $"qkv.{n}", Channels, 3 * Channels);
        _g.Ints($"each.{n}", -1, Tokens, 3, Heads, Channels / Heads)
            .Node("Reshape", $"qkv.{n} each.{n}", $"heads.{n}")
            .Node("Transpose", $"heads.{n}", $"apart.{n}", Of("perm", [2, 0, 3, 1, 4]));
        foreach (var (part, index) in new[] { ("q", 0L), ("k", 1), ("v", 2) })
            _g.Ints($"{part}.i.{n}", [], [index]).Node("Gather", $"apart.{n} {part}.i.{n}", $"{part}.{n}", Of("axis", 0L));
        _g.Weight($"scale.{n}", Tensor.Of([], Math.Pow((double)Channels / Heads, -0.5)))
            .Node("Mul", $"q.{n} scale.{n}", $"scaled.q.{n}")
            .Node("Transpose", $"k.{n}", $"kt.{n}", Of("perm", [0, 1, 3, 2]))
            .Node("MatMul", $"scaled.q.{n} kt.{n}", $"products.{n}")
            .Node("Add", $"products.{n} {PositionBias(n)}", $"biased.{n}");
        var scores = shift > 0 ? Masked(n) : $"biased.{n}";
        _g.Node("Softmax", scores, $"weights.{n}", Of("axis", -1L));
        Dropout($"weights.{n}", $"kept.{n}");
        _g.Node("MatMul", $"kept.{n} v.{n}", $"mixed.{n}")
            .Node("Transpose", $"mixed.{n}", $"back.{n}", Of("perm", [0, 2, 1, 3]))
            .Node("Reshape", $"back.{n} rows.{n}", $"joined.{n}");
        Linear($"joined.{n}", $"projected.{n}", Channels, Channels);
        Dropout($"projected.{n}", $"out.{n}");
        _g.Ints($"grid.{n}", -1, 2, 2, Window, Window, Channels)
            .Node("Reshape", $"out.{n} grid.{n}", $"grids.{n}")
            .Node("Transpose", $"grids.{n}", $"aligned.{n}", Of("perm", [0, 1, 3, 2, 4, 5]))
            .Ints($"image.{n}", -1, Padded, Padded, Channels)
            .Node("Reshape", $"aligned.{n} image.{n}", $"reversed.{n}");
        Roll($"reversed.{n}", $"unrolled.{n}", -shift);
        _g.Ints($"from.{n}", 0, 0).Ints($"to.{n}", Extent, Extent).Ints($"axes.{n}", 1, 2);
        _g.Node("Slice", $"unrolled.{n} from.{n} to.{n} axes.{n}", y);
    }

    // One number for each head and each way from one token of a window to another, from a table.
    private string PositionBias(string n)
    {
        const long Ways = 2 * Window - 1;
        var table = Tensor.Spread([Ways * Ways, Heads], -1, 1, 7 + n[0]);
        _ = given ? _g.Input($"table.{n}", table) : _g.Weight($"table.{n}", table);
        long[] places = [.. Enumerable.Range(0, (int)Tokens).Select(i => (long)i)];
        var ways =
            from a in places
            from b in places
            select (a / Window - b / Window + Window - 1) * Ways + a % Window - b % Window + Window - 1;
        _g.Ints($"ways.{n}", [.. ways])
            .Node("Gather", $"table.{n} ways.{n}", $"drawn.{n}", Of("axis", 0L))
            .Ints($"square.{n}", Tokens, Tokens, -1)
            .Node("Reshape", $"drawn.{n} square.{n}", $"pairs.{n}")
            .Node("Transpose", $"pairs.{n}", $"by.head.{n}", Of("perm", [2, 0, 1]))
            .Ints($"first.{n}", 0)
            .Node("Unsqueeze", $"by.head.{n} first.{n}", $"bias.{n}");
        return $"bias.{n}";
    }

    // Tokens that were no neighbours before the roll do not see each other.
    private string Masked(string n)
    {
        long Region(long place) =>
            place < Padded - Window ? 0
            : place < Padded - 1 ? 1
            : 2;
        long Of(long window, long token) => 3 * Region(window / 2 * Window + token / Window) + Region(window % 2 * Window + token % Window);
        double[] values =
        [
            .. from w in Enumerable.Range(0, (int)Windows)
            from a in Enumerable.Range(0, (int)Tokens)
            from b in Enumerable.Range(0, (int)Tokens)
            select Of(w, a) == Of(w, b) ? 0.0 : -100,
        ];
        var mask = Tensor.Of([1, Windows, 1, Tokens, Tokens], values);
        _ = given ? _g.Input($"mask.{n}", mask) : _g.Weight($"mask.{n}", mask);
        _g.Ints($"windowed.{n}", -1, Windows, Heads, Tokens, Tokens)
            .Node("Reshape", $"biased.{n} windowed.{n}", $"by.window.{n}")
            .Node("Add", $"by.window.{n} mask.{n}", $"hidden.{n}")
            .Ints($"flat.{n}", -1, Heads, Tokens, Tokens)
            .Node("Reshape", $"hidden.{n} flat.{n}", $"masked.{n}");
        return $"masked.{n}";
    }

    // torch.roll by -shift along both axes: what is behind the shift, then what is before it.
    private void Roll(string x, string y, long shift)
    {
        if (shift == 0)
        {
            _g.Node("Identity", x, y);
            return;
        }
        for (var axis = 1; axis <= 2; axis++)
        {
            var (source, result) = (axis == 1 ? x : $"{y}.1", axis == 1 ? $"{y}.1" : y);
            _g.Ints($"{result}.axis", axis)
                .Ints($"{result}.at", shift)
                .Ints($"{result}.end", long.MaxValue)
                .Ints($"{result}.start", 0)
                .Node("Slice", $"{source} {result}.at {result}.end {result}.axis", $"{result}.behind")
                .Node("Slice", $"{source} {result}.start {result}.at {result}.axis", $"{result}.before")
                .Node("Concat", $"{result}.behind {result}.before", result, Of("axis", (long)axis));
        }
    }

    // Four neighbours in one token of twice as many channels.
    private void Merge(string x, string y)
    {
        foreach (var (row, column) in new[] { (0, 0), (1, 0), (0, 1), (1, 1) })
        {
            var part = $"{y}.{row}{column}";
            _g.Ints($"{part}.from", row, column).Ints($"{part}.to", long.MaxValue, long.MaxValue);
            _g.Ints($"{part}.axes", 1, 2).Ints($"{part}.steps", 2, 2);
            _g.Node("Slice", $"{x} {part}.from {part}.to {part}.axes {part}.steps", part);
        }
        _g.Node("Concat", $"{y}.00 {y}.10 {y}.01 {y}.11", $"{y}.four", Of("axis", -1L));
        Norm($"{y}.four", $"{y}.normed", 4 * Channels);
        _g.Weight($"{y}.w", Small(4 * Channels, 2 * Channels)).Node("MatMul", $"{y}.normed {y}.w", y);
    }

    private void Linear(string x, string y, long from, long to)
    {
        _g.Weight($"{y}.w", Small(from, to)).Node("MatMul", $"{x} {y}.w", biases ? $"{y}.product" : y);
        if (biases)
            _g.Weight($"{y}.b", Tensor.Spread([to], -0.3, 0.3, 5)).Node("Add", $"{y}.b {y}.product", y);
    }

    // As it is exported in training mode, in which a ratio of 0 drops nothing.
    private void Dropout(string x, string y) => _g.Node("Dropout", $"{x} zero training", y);

    private void Norm(string x, string y, long channels)
    {
        _g.Weight($"{y}.scale", Tensor.Spread([channels], 0.5, 2, 8));
        if (biases)
            _g.Weight($"{y}.shift", Tensor.Spread([channels], -0.3, 0.3, 9));
        _g.Node("LayerNormalization", biases ? $"{x} {y}.scale {y}.shift" : $"{x} {y}.scale", y, Of("axis", -1L), Of("epsilon", 1e-5f));
    }

    private Tensor Small(params long[] shape)
    {
        var normal = Tensor.Normal(shape, 40 + ++_weights);
        return normal with { Values = [.. normal.Values.Select(v => (double)(float)(v / Math.Sqrt(shape[^1] + shape[0])))] };
    }
}
