using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Inputs;
using Explain.Engine.Models.Reading;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Targets;

/// <summary>
/// Scalars of outputs that are no class scores, against their closed forms and what a small step of the image changes of them.
/// </summary>
public sealed class OutputTargetTests
{
    private const double Step = 0.02;

    /// <summary>A target of a net, and the number that it stands for.</summary>
    /// <param name="Net">The net.</param>
    /// <param name="Target">The target.</param>
    /// <param name="Output">The output it belongs to.</param>
    /// <param name="Value">The scalar of one item of that output; the second item given is the unmoved one.</param>
    public sealed record Case(Func<TinyGraph> Net, string Target, string Output, Func<double[], double[], double> Value);

    // csharpier-ignore
    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["an element"] = new(() => TinyNets.Segmentation(), """{"output":"logits","index":[1,3,5]}""", "logits", (y, _) => y[1 * 192 + 3 * 16 + 5]),
        ["a slice"] = new(() => TinyNets.Segmentation(), """{"output":"logits","index":[2]}""", "logits", (y, _) => y.Skip(2 * 192).Take(192).Sum()),
        ["a slice without brackets"] = new(() => TinyNets.Segmentation(), """{"output":"logits","index":2}""", "logits", (y, _) => y.Skip(2 * 192).Take(192).Sum()),
        ["the predicted region"] = new(() => TinyNets.Segmentation(), """{"output":"logits","index":[1],"region":"predicted"}""", "logits", (y, at) => InRegion(y, 1, p => Best(at, p) == 1)),
        ["a mask in rows"] = new(() => TinyNets.Segmentation(), """{"output":"logits","index":[0],"region":{"mask":[[1,0],[0,1],[1,1]]}}""", "logits",
            (y, _) => InRegion(y, 0, p => (p / 16 / 4, p % 16 / 8) is not ((0, 1) or (1, 0)))),
        ["a mask over all classes"] = new(() => TinyNets.Segmentation(), """{"output":"logits","region":{"mask":[[0,1]]}}""", "logits",
            (y, _) => Enumerable.Range(0, 3).Sum(c => InRegion(y, c, p => p % 16 >= 8))),
        ["weights by class"] = new(() => TinyNets.Segmentation(), """{"output":"logits","weights":[1,-2,0.5]}""", "logits", (y, _) => y.Select((v, i) => v * new[] { 1, -2, 0.5 }[i / 192]).Sum()),
        ["weights over an axis that is named"] = new(() => TinyNets.Segmentation(), $$"""{"output":"logits","weights":[{{string.Join(',', Enumerable.Range(0, 16))}}],"axis":3}""", "logits", (y, _) => y.Select((v, i) => v * (i % 16)).Sum()),
        ["the region of a single class"] = new(() => TinyNets.SingleClassMask(), """{"output":"mask","index":[0],"region":"predicted"}""", "mask", (y, at) => y.Where((_, i) => at[i] > 0.5).Sum()),
        ["a cell of a row"] = new(() => TinyNets.Detection(), """{"output":"rows","index":[17,4]}""", "rows", (y, _) => y[17 * 5 + 4]),
        ["a whole row"] = new(() => TinyNets.Detection(), """{"output":"rows","index":[17]}""", "rows", (y, _) => y.Skip(17 * 5).Take(5).Sum()),
        ["the row with the largest number"] = new(() => TinyNets.Detection(), """{"output":"rows","index":["max",2]}""", "rows",
            (y, at) => y[Enumerable.Range(0, 48).MaxBy(r => at[r * 5 + 2]) * 5 + 2]),
        ["a component of an embedding"] = new(() => TinyNets.Embedding(), """{"output":"embedding","index":[3]}""", "embedding", (y, _) => y[3]),
        ["the cosine with a vector"] = new(() => TinyNets.Embedding(), """{"output":"embedding","similarTo":{"vector":[1,2,-1,0,0.5,3]}}""", "embedding", (y, _) => Cosine(y, [1, 2, -1, 0, 0.5, 3])),
        ["dense weights"] = new(() => TinyNets.Embedding(), """{"output":"embedding","weights":[1,0,-1,0,2,0]}""", "embedding", (y, _) => y[0] - y[2] + 2 * y[4]),
        ["tokens"] = new(() => TinyNets.Caption(), """{"output":"logits","tokens":[4,0,6]}""", "logits", (y, _) => LogSoftmax(y[..7])[4] + LogSoftmax(y[7..14])[0] + LogSoftmax(y[14..])[6]),
        ["tokens from a position on"] = new(() => TinyNets.Caption(), """{"output":"logits","tokens":[5],"from":2}""", "logits", (y, _) => LogSoftmax(y[14..])[5]),
        ["the value of a state"] = new(() => TinyNets.PolicyAndValue(), """{"output":"value"}""", "value", (y, _) => y[0]),
        ["a number without an axis of its own"] = new(() => TinyNets.PolicyAndValue(), """{"output":"reward"}""", "reward", (y, _) => y[0]),
        ["an action"] = new(() => TinyNets.PolicyAndValue(), """{"output":"policy","index":[2]}""", "policy", (y, _) => y[2]),
        ["the best action"] = new(() => TinyNets.PolicyAndValue(), """{"output":"policy","index":["max"]}""", "policy", (y, at) => y[Array.IndexOf(at, at.Max())]),
        ["an answer to a question"] = new(() => TinyNets.Vqa(), "1", "scores", (y, _) => y[1]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheScalarAndItsGradientAreThoseOfTheOutput(string name)
    {
        var c = Cases[name];
        var g = c.Net();
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        using var forward = new Runtime(g.Build());
        var answer = model.Explain(Query(g, c.Target, layer: "input"));
        var still = Items(forward.Run(g.Feeds)[c.Output]);

        for (var n = 0; n < 2; n++)
        {
            var slope = answer.Gradients!.Item(n);
            var length = Math.Sqrt(slope.Sum(v => (double)v * v));
            double At(double step)
            {
                var x = g.Feeds["x"];
                var moved = x with
                {
                    Values = [.. x.Values.Select((v, i) => i / slope.Length == n ? v + step * slope[i % slope.Length] / length : v)],
                };
                return c.Value(Items(forward.Run(new Dictionary<string, Tensor>(g.Feeds) { ["x"] = moved })[c.Output])[n], still[n]);
            }

            var value = c.Value(still[n], still[n]);
            Assert.Equal(value, answer.Scores!.Values[n], 1e-5 * Math.Max(1, Math.Abs(value)));
            Assert.NotEqual(0, length);
            Assert.Equal(length, (At(Step) - At(-Step)) / (2 * Step), 5e-3 * length);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ABatchEqualsItsItemsOneByOne(string name)
    {
        var c = Cases[name];
        var g = c.Net();
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var batch = model.Explain(Query(g, c.Target));

        for (var n = 0; n < 2; n++)
        {
            var single = model.Explain(Query(g, c.Target, item: n));
            Near.Relative(single.Map.Values, batch.Map.Item(n), 1e-5, "map");
            Near.Relative(single.Logits.Values, batch.Logits.Item(n), 1e-5, "output");
            Assert.Equal(single.Scores!.Values[0], batch.Scores!.Values[n], 1e-4);
        }
    }

    [Fact]
    public void TheCounterfactualOfAnOutputIsItsNegative()
    {
        var g = TinyNets.Segmentation();
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        var query = Query(g, """{"output":"logits","index":[1],"region":"predicted"}""");

        var (plain, negated) = (
            model.Explain(query),
            model.Explain(query with { Parameters = query.Parameters with { Score = "counterfactual" } })
        );

        Assert.Equal(plain.Gradients!.Values.Select(v => -v), negated.Gradients!.Values);
        Assert.Equal(-plain.Scores!.Values[0], negated.Scores!.Values[0]);
    }

    [Fact]
    public void WithoutABatchAxisTheWholeOutputBelongsToOneImage()
    {
        var g = TinyNets.SuppressedDetection();
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        var boxes = Runtime.Run(g.Build(), g.Feeds)["boxes"];
        Assert.InRange(boxes.Shape[0], 2, 47);
        Assert.Equal((OutputKind.Rows, true), (model.Description.Explainable[0].Kind, model.Shape.Alone));

        var answer = model.Explain(Query(g, """{"output":"boxes","index":[1,3]}"""));

        Assert.Equal([1, .. boxes.Shape], answer.Logits.Shape);
        Assert.Equal(boxes.Floats[1 * 5 + 3], answer.Scores!.Values[0], 1e-5);
        var outside = Assert.Throws<ExplainException>(() =>
            model.Explain(Query(g, $$"""{"output":"boxes","index":[{{boxes.Shape[0]}},3]}"""))
        );
        Assert.Equal(ExplainError.TargetOutOfRange, outside.Error);
        Assert.Contains(
            $"index {boxes.Shape[0]} of axis 0 does not exist: 'boxes' is [{boxes.Shape[0]}, 5] for one image",
            outside.Message
        );
    }

    [Fact]
    public void AnImageInTheTargetIsComparedByTheSameModel()
    {
        var g = TinyNets.Embedding();
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        var reference = Explain.Engine.Tests.Images.TestImages.Codec.Encode(
            Explain.Engine.Tests.Images.TestImages.Noise(8, 6),
            Engine.Images.ImageFormat.Png,
            TestContext.Current.CancellationToken
        );
        var prepared = Engine.Images.Preprocessor.Prepare(
            Explain.Engine.Tests.Images.TestImages.Codec.Decode(reference, 1000, TestContext.Current.CancellationToken),
            model.Description.Input
        );
        var own = Runtime.Run(
            TinyNets.Embedding(1).Build(),
            new Dictionary<string, Tensor> { ["x"] = new([1, 3, 6, 8], [.. prepared.Tensor.Select(v => (double)v)]) }
        )["embedding"];
        var ours = Items(Runtime.Run(g.Build(), g.Feeds)["embedding"]);

        var answer = model.Explain(
            Query(g, "{\"output\":\"embedding\",\"similarTo\":{\"image\":{\"b64\":\"" + Convert.ToBase64String(reference) + "\"}}}")
        );

        for (var n = 0; n < 2; n++)
            Assert.Equal(Cosine(ours[n], own.Values), answer.Scores!.Values[n], 1e-5);
    }

    [Fact]
    public void AMaskIsTheSameAsAPngAndInRows()
    {
        var g = TinyNets.Segmentation();
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        var png = Explain.Engine.Tests.Images.TestImages.Codec.Encode(
            Explain.Engine.Tests.Images.TestImages.Of(2, 3, (x, y) => (x, y) is (0, 1) or (1, 2) ? (0, 0, 0) : (1, 1, 1)),
            Engine.Images.ImageFormat.Png,
            TestContext.Current.CancellationToken
        );

        var rows = model.Explain(Query(g, """{"output":"logits","index":[0],"region":{"mask":[[1,1],[0,1],[1,0]]}}"""));
        var image = model.Explain(
            Query(g, "{\"output\":\"logits\",\"index\":[0],\"region\":{\"mask\":\"" + Convert.ToBase64String(png) + "\"}}")
        );

        Assert.Equal(rows.Gradients!.Values, image.Gradients!.Values);
    }

    [Fact]
    public void ACotangentMayNameItsOutput()
    {
        var g = TinyNets.PolicyAndValue();
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        var action = model.Explain(Query(g, """{"output":"policy","index":[3]}"""));

        var named = model.Explain(
            Query(g, """{"output":"policy"}""") with
            {
                Cotangent = new FloatTensor([2, 4], [0, 0, 0, 1, 0, 0, 0, 1]),
            }
        );
        var value = model.Explain(Query(g, """{"output":"value"}""") with { Cotangent = new FloatTensor([2, 1], [1, 1]) });

        Near.Relative(action.Gradients!.Values, named.Gradients!.Values, 1e-6, "gradients");
        Near.Relative(
            model.Explain(Query(g, """{"output":"value"}""")).Gradients!.Values,
            value.Gradients!.Values,
            1e-6,
            "gradients of the value"
        );
        Assert.Equal([2L, 1], value.Logits.Shape);
    }

    [Fact]
    public void CamOfTheHeadOfAnotherOutputUsesItsOwnWeights()
    {
        var g = TinyNets.Embedding();
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var cam = model.Explain(Query(g, """{"output":"embedding","index":[3]}""", method: "cam"));
        var gradient = model.Explain(Query(g, """{"output":"embedding","index":[3]}""", method: "hirescam"));

        Near.Relative(cam.Map.Values.Select(v => v / 48).ToArray(), gradient.Map.Values, 1e-5, "cam");
    }

    private static TensorQuery Query(TinyGraph g, string target, string? layer = null, int? item = null, string method = "gradcam")
    {
        FloatTensor Part(Tensor t) => item is { } n ? new FloatTensor([1, .. t.Shape.Skip(1)], t.ToEngine().Item(n)) : t.ToEngine();
        var inputs = g
            .Feeds.Where(f => f.Key != "x")
            .ToDictionary(f => f.Key, f => Part(f.Value) is var part ? new InputTensor(part.Shape, part.Values) : null!);
        return new TensorQuery(
            Part(g.Feeds["x"]),
            new ExplainParameters
            {
                Method = method,
                Target = target,
                Sign = Sign.Both,
                Layer = layer,
                Inputs = inputs,
            }
        );
    }

    private static double[][] Items(Tensor output) => [.. output.Values.Chunk(output.Values.Length / (int)output.Shape[0])];

    private static double InRegion(double[] y, int c, Func<int, bool> inside) =>
        Enumerable.Range(0, 192).Where(inside).Sum(p => y[c * 192 + p]);

    private static int Best(double[] y, int place) => Enumerable.Range(0, 3).MaxBy(c => y[c * 192 + place]);

    private static double[] LogSoftmax(double[] scores) => [.. scores.Select(s => -Math.Log(scores.Sum(t => Math.Exp(t - s))))];

    private static double Cosine(double[] a, double[] b) =>
        a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(y => y * y));
}
