namespace Explain.Autodiff.Tests;

/// <summary>What ONNX Runtime's documentation says of operators that it has no kernel for on this processor, in double precision.</summary>
internal static class Documented
{
    private const double Epsilon = 1e-5f;

    /// <summary>Group normalisation of maps whose channels are the last axis or the second.</summary>
    public static Tensor GroupNorm(Tensor x, Tensor scale, Tensor shift, int groups, bool last, bool silu)
    {
        var (channels, area) = Axes(x, last);
        var (y, each) = (new double[x.Values.Length], channels / groups);
        for (var item = 0; item < x.Shape[0]; item++)
        {
            for (var first = 0; first < channels; first += each)
            {
                var places = (
                    from c in Enumerable.Range(first, each)
                    from p in Enumerable.Range(0, area)
                    select (Channel: c, At: At(item, c, p, channels, area, last))
                ).ToArray();
                var mean = places.Average(p => x.Values[p.At]);
                var deviation = Math.Sqrt(places.Average(p => Math.Pow(x.Values[p.At] - mean, 2)) + Epsilon);
                foreach (var (c, at) in places)
                {
                    var value = (x.Values[at] - mean) / deviation * scale.Values[c] + shift.Values[c];
                    y[at] = silu ? value / (1 + Math.Exp(-value)) : value;
                }
            }
        }
        return x with { Values = y };
    }

    /// <summary>x + skip + bias; a skip may be one number for each map, and bias is one for each channel.</summary>
    public static Tensor Sum(Tensor x, Tensor skip, Tensor? bias, bool last)
    {
        var (channels, area) = Axes(x, last);
        var y = (double[])x.Values.Clone();
        for (var item = 0; item < x.Shape[0]; item++)
        {
            for (var (c, p) = (0, 0); c < channels; (c, p) = p + 1 < area ? (c, p + 1) : (c + 1, 0))
            {
                var at = At(item, c, p, channels, area, last);
                y[at] += skip.Values[skip.Values.Length == y.Length ? at : item * channels + c] + (bias?.Values[c] ?? 0);
            }
        }
        return x with { Values = y };
    }

    /// <summary>A convolution of maps [1, height, width, channels] with weights [outputs, channels / groups, rows, columns].</summary>
    public static Tensor Conv(Tensor x, Tensor w, Tensor? bias, int[] pads, int stride, int dilation, int groups)
    {
        var (height, width, channels) = ((int)x.Shape[1], (int)x.Shape[2], (int)x.Shape[3]);
        var (outputs, inner, rows, columns) = ((int)w.Shape[0], (int)w.Shape[1], (int)w.Shape[2], (int)w.Shape[3]);
        var high = (height + pads[0] + pads[2] - (rows - 1) * dilation - 1) / stride + 1;
        var wide = (width + pads[1] + pads[3] - (columns - 1) * dilation - 1) / stride + 1;
        var values =
            from i in Enumerable.Range(0, high)
            from j in Enumerable.Range(0, wide)
            from o in Enumerable.Range(0, outputs)
            let terms = from c in Enumerable.Range(0, inner)
            from r in Enumerable.Range(0, rows)
            from s in Enumerable.Range(0, columns)
            let row = i * stride + r * dilation - pads[0]
            let column = j * stride + s * dilation - pads[1]
            where row >= 0 && row < height && column >= 0 && column < width
            let input = o / (outputs / groups) * inner + c
            select x.Values[(row * width + column) * channels + input] * w.Values[((o * inner + c) * rows + r) * columns + s]
            select terms.Sum() + (bias?.Values[o] ?? 0);
        return Tensor.Of([1, high, wide, outputs], [.. values]);
    }

    /// <summary>Rows times a matrix, plus a bias.</summary>
    public static Tensor Project(Tensor x, Tensor w, Tensor bias)
    {
        var (inner, columns) = ((int)w.Shape[0], (int)w.Shape[1]);
        var values =
            from row in Enumerable.Range(0, (int)x.Shape[0])
            from c in Enumerable.Range(0, columns)
            select Enumerable.Range(0, inner).Sum(i => x.Values[row * inner + i] * w.Values[i * columns + c]) + bias.Values[c];
        return Tensor.Of([x.Shape[0], columns], [.. values]);
    }

    /// <summary>Some columns of rows.</summary>
    public static Tensor Columns(Tensor x, int from, int to)
    {
        var width = (int)x.Shape[1];
        return Tensor.Of([x.Shape[0], to - from], [.. x.Values.Where((_, i) => i % width >= from && i % width < to)]);
    }

    /// <summary>
    /// Attention of tokens of several sequences, each [tokens, heads · size], to those of their own sequence.
    /// </summary>
    /// <param name="q">Queries.</param>
    /// <param name="k">Keys.</param>
    /// <param name="v">Values.</param>
    /// <param name="ends">Where sequences end.</param>
    /// <param name="heads">How many heads there are.</param>
    /// <param name="scale">Of the products.</param>
    /// <param name="bias">[sequences or 1, heads, positions, positions], added to them; or null.</param>
    public static Tensor Attention(Tensor q, Tensor k, Tensor v, int[] ends, int heads, double scale, Tensor? bias)
    {
        var (size, wide) = ((int)q.Shape[1] / heads, (int)v.Shape[1] / heads);
        var y = new double[q.Shape[0] * v.Shape[1]];
        for (var (sequence, start) = (0, 0); sequence < ends.Length; start = ends[sequence++])
        {
            var tokens = Enumerable.Range(start, ends[sequence] - start).ToArray();
            foreach (var (head, query) in from h in Enumerable.Range(0, heads) from t in tokens select (h, t))
            {
                double Part(Tensor x, int token, int i, int length) => x.Values[(token * heads + head) * length + i];
                double Added(int key) =>
                    bias is { } b
                        ? b.Values[
                            (((b.Shape[0] == 1 ? 0 : sequence) * heads + head) * (int)b.Shape[2] + query - start) * (int)b.Shape[3]
                                + key
                                - start
                        ]
                        : 0;
                double[] weights =
                [
                    .. tokens.Select(t =>
                        Math.Exp(Enumerable.Range(0, size).Sum(i => Part(q, query, i, size) * Part(k, t, i, size)) * scale + Added(t))
                    ),
                ];
                for (var i = 0; i < wide; i++)
                {
                    y[(query * heads + head) * wide + i] = tokens.Zip(weights, (t, w) => w * Part(v, t, i, wide)).Sum() / weights.Sum();
                }
            }
        }
        return Tensor.Of([q.Shape[0], v.Shape[1]], y);
    }

    /// <summary>The error function, by its series.</summary>
    public static double Erf(double x)
    {
        var (sum, term) = (0.0, x);
        for (var n = 0; n < 100; n++)
        {
            sum += term / (2 * n + 1);
            term *= -x * x / (n + 1);
        }
        return sum * 2 / Math.Sqrt(Math.PI);
    }

    private static (int Channels, int Area) Axes(Tensor x, bool last) =>
        last ? ((int)x.Shape[3], (int)(x.Shape[1] * x.Shape[2])) : ((int)x.Shape[1], (int)(x.Shape[2] * x.Shape[3]));

    private static int At(int item, int channel, int place, int channels, int area, bool last) =>
        last ? (item * area + place) * channels + channel : (item * channels + channel) * area + place;
}
