using Explain.Engine.Explaining;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Targets;

/// <summary>What is wrong with a target is said before anything is computed, with what is allowed.</summary>
public sealed class BadOutputTargetTests
{
    [Theory]
    [InlineData(
        """{"output":"logit","index":[0]}""",
        ExplainError.InvalidParameter,
        "'logit' is no output that can be explained; did you mean 'logits'? the model has 'logits' (map [3, 12, 16])"
    )]
    [InlineData(
        """{"output":"logits"}""",
        ExplainError.InvalidParameter,
        "which is not one number; say which: {\"output\":\"logits\",\"weights\":[3 numbers]}, "
            + "{\"output\":\"logits\",\"index\":[0],\"region\":\"predicted\"}"
    )]
    [InlineData(
        """{"output":"logits","index":[3]}""",
        ExplainError.TargetOutOfRange,
        "index 3 of axis 0 does not exist: 'logits' is [3, 12, 16] for one image; allowed: 0 to 2"
    )]
    [InlineData(
        """{"output":"logits","index":[0,0,0,0]}""",
        ExplainError.TargetOutOfRange,
        "index has 4 entries, 'logits' is [3, 12, 16] for one image: at most 3"
    )]
    [InlineData("""{"output":"logits","index":[-1]}""", ExplainError.InvalidParameter, "index holds -1; allowed: whole numbers from 0")]
    [InlineData("""{"output":"logits","index":[0.5]}""", ExplainError.InvalidParameter, "index holds 0.5; allowed: whole numbers from 0")]
    [InlineData("""{"output":"logits","index":[]}""", ExplainError.InvalidParameter, "index must be an array of 1 to 8 entries")]
    [InlineData("""{"output":"logits","index":["max"]}""", ExplainError.InvalidParameter, "\"max\" needs a number for every other axis")]
    [InlineData("""{"output":"logits","index":["tree"]}""", ExplainError.LabelNotFound, "no single label matches 'tree'")]
    [InlineData("""{"output":"logits","index":["road"]}""", null, "")]
    [InlineData(
        """{"output":"logits","index":[0,"road"]}""",
        ExplainError.InvalidParameter,
        "'road' in index: labels stand for classes, which are on axis 0"
    )]
    [InlineData("""{"output":"logits","index":["predicted"]}""", ExplainError.InvalidParameter, "'predicted' in index is no class")]
    [InlineData(
        """{"output":"logits","region":"predicted"}""",
        ExplainError.InvalidParameter,
        "the region \"predicted\" belongs to a class; give \"index\":[c]"
    )]
    [InlineData(
        """{"output":"logits","index":[0,1],"region":"predicted"}""",
        ExplainError.InvalidParameter,
        "an index beside a region is one class"
    )]
    [InlineData(
        """{"output":"logits","index":[7],"region":"predicted"}""",
        ExplainError.TargetOutOfRange,
        "index 7 of axis 0 does not exist"
    )]
    [InlineData(
        """{"output":"logits","index":[0],"region":"everything"}""",
        ExplainError.InvalidParameter,
        "region is 'everything'; allowed: \"predicted\" or {\"mask\":…}"
    )]
    [InlineData(
        """{"output":"logits","index":[0],"region":{"mask":[[0,2]]}}""",
        ExplainError.InvalidParameter,
        "the mask holds 2; allowed: rows of 0 and 1, or a PNG in base64"
    )]
    [InlineData(
        """{"output":"logits","index":[0],"region":{"mask":[[0,1],[1]]}}""",
        ExplainError.InvalidParameter,
        "mask is not nested evenly"
    )]
    [InlineData(
        """{"output":"logits","index":[0],"region":{"mask":[0,1]}}""",
        ExplainError.InvalidParameter,
        "mask must be rows of numbers"
    )]
    [InlineData("""{"output":"logits","index":[0],"region":{"mask":"%%"}}""", ExplainError.InvalidParameter, "mask is not valid base64")]
    [InlineData("""{"output":"logits","index":[0],"region":{"mask":"AAAA"}}""", ExplainError.UnsupportedMediaType, "")]
    [InlineData(
        """{"output":"logits","index":[0],"region":{"box":[0]}}""",
        ExplainError.InvalidParameter,
        "has box where only mask is allowed"
    )]
    [InlineData(
        """{"output":"logits","weights":[1,2]}""",
        ExplainError.TargetOutOfRange,
        "weights have [2], 'logits' is [3, 12, 16] for one image; allowed: that shape, flat or nested, or one for each of the 3 classes"
    )]
    [InlineData(
        """{"output":"logits","weights":["a"]}""",
        ExplainError.InvalidParameter,
        "weights holds something that is no finite number"
    )]
    [InlineData(
        """{"output":"logits","weights":[1e99]}""",
        ExplainError.InvalidParameter,
        "weights holds something that is no finite number"
    )]
    [InlineData("""{"output":"logits","weights":[]}""", ExplainError.InvalidParameter, "weights must be an array of numbers")]
    [InlineData(
        """{"output":"logits","weights":[1,2,3],"index":[0]}""",
        ExplainError.InvalidParameter,
        "index and weights do not go together"
    )]
    [InlineData(
        """{"output":"logits","tokens":[1]}""",
        ExplainError.InvalidParameter,
        "tokens need an output of positions and a vocabulary"
    )]
    [InlineData("""{"output":"logits","index":[0],"axis":0}""", ExplainError.InvalidParameter, "axis 0 is the batch")]
    [InlineData("""{"output":"logits","weights":[1,2,3],"axis":7}""", ExplainError.TargetOutOfRange, "axis 7 does not exist")]
    [InlineData(
        """{"output":"logits","idx":[0]}""",
        ExplainError.InvalidParameter,
        "there is no member 'idx'; allowed: output, axis, weights, tokens, from, similarTo, region, index"
    )]
    [InlineData("""{"output":5}""", ExplainError.InvalidParameter, "output must be a text")]
    [InlineData("""{"index":[0]}""", ExplainError.InvalidParameter, "output must be a text")]
    [InlineData("""{"output":"logits","index":[0]""", ExplainError.InvalidParameter, "is not JSON, line 1")]
    [InlineData("""{"output":"logits","output":"logits"}""", ExplainError.InvalidParameter, "is not JSON")]
    [InlineData("[]", ExplainError.InvalidParameter, "is an empty array")]
    [InlineData("[null]", ExplainError.InvalidParameter, "holds null; allowed: class indices, labels, and objects")]
    [InlineData(
        "predicted",
        ExplainError.TargetOutOfRange,
        "model 'tiny' has no class scores; it has 'logits' (map [3, 12, 16]). "
            + "Give target as {\"output\":\"logits\",\"weights\":[3 numbers]} or"
    )]
    [InlineData("2", ExplainError.TargetOutOfRange, "has no class scores")]
    [InlineData("""[{"output":"logits","index":[0]},1]""", ExplainError.TargetOutOfRange, "has no class scores")]
    public void AWrongTargetOfAMapIsNamed(string target, ExplainError? error, string message)
    {
        var g = TinyNets.Segmentation();
        using var loadedModel = g.Load(labels: "sky\nroad\nhouse");
        var model = loadedModel.View;

        Check(error, message, () => model.Explain(new TensorQuery(g.Image(), new ExplainParameters { Target = target })));
    }

    [Theory]
    [InlineData(
        """{"output":"embedding","similarTo":{"vector":[1,2]}}""",
        ExplainError.TargetOutOfRange,
        "the vector to compare with has 2 numbers, 'embedding' is [6] for one image"
    )]
    [InlineData(
        """{"output":"embedding","similarTo":{"vector":[0,0,0,0,0,0]}}""",
        ExplainError.InvalidParameter,
        "the vector to compare with is 0 throughout"
    )]
    [InlineData("""{"output":"embedding","similarTo":"cat.png"}""", ExplainError.InvalidParameter, "similarTo must be an object")]
    [InlineData(
        """{"output":"embedding","similarTo":{}}""",
        ExplainError.InvalidParameter,
        "has an empty object where only image is allowed"
    )]
    [InlineData("""{"output":"embedding","similarTo":{"image":{"b64":"AAAA"}}}""", ExplainError.UnsupportedMediaType, "")]
    [InlineData(
        """{"output":"embedding","index":[0],"region":"predicted"}""",
        ExplainError.InvalidParameter,
        "a region needs an output with two axes of places"
    )]
    [InlineData(
        """{"output":"embedding","tokens":[6]}""",
        ExplainError.TargetOutOfRange,
        "token 6 does not exist: 'embedding' is [6] for one image; the vocabulary is 0 to 5"
    )]
    [InlineData(
        """{"output":"embedding","tokens":[0,1]}""",
        ExplainError.TargetOutOfRange,
        "2 tokens from position 0 on do not fit: 'embedding' is [6] for one image, which has 1 positions"
    )]
    [InlineData("""[0,"0"]""", ExplainError.InvalidParameter, "a class is named twice")]
    [InlineData("""[0,{"output":"embedding","index":[0]}]""", ExplainError.InvalidRequest, "one target for each item")]
    public void AWrongTargetOfAVectorIsNamed(string target, ExplainError error, string message)
    {
        var g = TinyNets.Embedding();
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        Check(error, message, () => model.Explain(new TensorQuery(g.Image(), new ExplainParameters { Target = target })));
    }

    [Theory]
    [InlineData("probability")]
    [InlineData("contrast:1")]
    public void ScoresOfClassesAreNotForOtherOutputs(string score)
    {
        var g = TinyNets.Embedding();
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var e = Assert.Throws<ExplainException>(() =>
            model.Explain(
                new TensorQuery(g.Image(), new ExplainParameters { Target = """{"output":"embedding","index":[0]}""", Score = score })
            )
        );

        Assert.Equal(ExplainError.InvalidParameter, e.Error);
        Assert.Contains(
            "is for classes; beside a target with an output allowed: logit (as it is), counterfactual (negated)",
            e.Errors["score"].Single()
        );
    }

    [Theory]
    [InlineData(
        """{"output":"logits","index":[0]}""",
        ExplainError.InvalidParameter,
        "beside a cotangent the target names the output and nothing else"
    )]
    [InlineData("""{"output":"nothing"}""", ExplainError.InvalidParameter, "'nothing' is no output that can be explained")]
    [InlineData(
        """{"output":"logits"}""",
        ExplainError.InvalidRequest,
        "'cotangent' has [3, 2, 2] for an item, 'logits' is [3, 12, 16] for one image"
    )]
    public void AWrongCotangentIsNamed(string target, ExplainError error, string message)
    {
        var g = TinyNets.Segmentation();
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        Check(error, message, () =>
            model.Explain(
                new TensorQuery(g.Image(), new ExplainParameters { Target = target })
                {
                    Cotangent = new FloatTensor([2, 3, 2, 2], new float[24]),
                }
            )
        );
    }

    [Fact]
    public void AnOutputWithoutFeatureMapsIsNamed()
    {
        var g = TinyNets
            .Embedding()
            .Node("Neg", "x", "negative")
            .Node("GlobalAveragePool", "negative", "mean")
            .Node("Flatten", "mean", "colours")
            .Output("colours");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        Check(ExplainError.MethodNotSupported, "the model has no spatial feature map between its input and 'colours'", () =>
            model.Explain(new TensorQuery(g.Image(), new ExplainParameters { Target = """{"output":"colours","index":[0]}""" }))
        );
    }

    private static void Check(ExplainError? error, string message, Action explain)
    {
        if (error is null)
        {
            explain();
            return;
        }
        var e = Assert.Throws<ExplainException>(explain);
        Assert.Equal(error, e.Error);
        Assert.Contains(message, e.Message);
    }
}
