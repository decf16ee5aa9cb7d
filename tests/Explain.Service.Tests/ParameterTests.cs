using Explain.Engine.Images;
using Explain.Engine.Parameters;
using Explain.Engine.Segmentation;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Tests;

/// <summary>The table of parameters.</summary>
public sealed class ParameterTests
{
    [Theory]
    [InlineData("method", "Gradcam", "did you mean 'gradcam'?")]
    [InlineData("method", "grad-cam", "did you mean 'gradcam'?")]
    [InlineData("method", "nothing", "allowed: gradcam, cam")]
    [InlineData("metod", "gradcam", "did you mean 'method'?")]
    [InlineData("top", "5", "does not apply here")]
    [InlineData("target", "1,,2", "empty entry")]
    [InlineData("target", "top:0", "from 1 to 100")]
    [InlineData("target", "top:x", "from 1 to 100")]
    [InlineData("target", "top:60,top:60", "at most 100")]
    [InlineData("target", " ", "has no value")]
    [InlineData("score", "logits", "did you mean 'logit'?")]
    [InlineData("score", "contrast:", "contrast:CLASS")]
    [InlineData("format", "gif", "png, jpeg, webp, json, npy")]
    [InlineData("render", "side-by-side", "not available yet")]
    [InlineData("render", "Overlay", "did you mean 'overlay'?")]
    [InlineData("size", "0x10", "WxH")]
    [InlineData("size", "10x", "WxH")]
    [InlineData("size", "99999x1", "WxH")]
    [InlineData("size", "-5x5", "WxH")]
    [InlineData("colormap", "virdis", "did you mean 'viridis'?")]
    [InlineData("alpha", "1.1", "from 0 to 1")]
    [InlineData("alpha", "NaN", "not a number")]
    [InlineData("alpha", "Infinity", "not a number")]
    [InlineData("alpha", "half", "not a number")]
    [InlineData("alpha", "0,5", "not a number")]
    [InlineData("clip", "5", "percentiles lo,hi")]
    [InlineData("clip", "90,10", "lo < hi")]
    [InlineData("clip", "5,101", "from 0 to 100")]
    [InlineData("clip", "5,NaN", "not a number")]
    [InlineData("clip", "abs:3,1", "lo < hi")]
    [InlineData("clip", "abs:0,x", "not a number")]
    [InlineData("smooth", "both", "allowed: none, aug, eigen")]
    [InlineData("compat", "captums", "did you mean 'captum'?")]
    [InlineData("baseline", "grey", "zero, black, white, blur")]
    [InlineData("quadrature", "trapezoid", "riemann-middle")]
    [InlineData("compat", "torchcam", "did you mean 'torch-cam'?")]
    [InlineData("window", "0", "from 1 to 100000")]
    [InlineData("window", "3x4x5", "ROWSxCOLUMNS")]
    [InlineData("stride", "4x", "whole number")]
    [InlineData("deadline", "0", "from 1 to 3600000")]
    [InlineData("deadline", "1.5", "whole number")]
    [InlineData("sign", "Positive", "did you mean 'positive'?")]
    [InlineData("threshold", "1", "below 1")]
    [InlineData("threshold", "-0.1", "below 1")]
    [InlineData("threshold", "NaN", "below 1, otsu, or percentile:P")]
    [InlineData("threshold", "Otsu", "below 1, otsu, or percentile:P")]
    [InlineData("threshold", "percentile:0", "P above 0 and below 100")]
    [InlineData("threshold", "percentile:100", "P above 0 and below 100")]
    [InlineData("threshold", "percentile:", "P above 0 and below 100")]
    [InlineData("boxes", "biggest", "allowed: all, largest, cam, gradcam, wsolevaluation")]
    [InlineData("include", "faith", "not allowed; allowed: map, boxes, masks, polygons, image, channels, features, faithfulness")]
    [InlineData("include", "map,", "map, boxes, masks")]
    [InlineData("seed", "1.5", "whole number")]
    [InlineData("seed", "99999999999", "whole number")]
    public void AWrongValueSaysWhatIsAllowed(string name, string value, string expected)
    {
        var error = Refused(ParameterScope.Image, (name, value));
        Assert.Contains(expected, Assert.Single(error.Errors[name]), StringComparison.Ordinal);
    }

    [Fact]
    public void AllErrorsComeAtOnce()
    {
        var error = Refused(ParameterScope.Image, ("method", "x"), ("alpha", "x"), ("nothing", "x"), ("seed", "1"), ("seed", "2"));
        Assert.Equal(["alpha", "method", "nothing", "seed"], error.Errors.Keys);
    }

    [Fact]
    public void EveryDefaultIsTheOneOfTheContract()
    {
        var request = ParameterTable.Parse(ParameterScope.Image, []);
        Assert.Equal(
            new ExplainParameters
            {
                Method = "gradcam",
                Target = "predicted",
                Options = new() { Seed = 0 },
            },
            request.Explain
        );
        Assert.Equal(
            new OutputParameters
            {
                Render = "overlay",
                ColorMap = "turbo",
                Alpha = 0.5f,
                Include = AnswerParts.Map | AnswerParts.Boxes,
            },
            request.Output
        );
    }

    [Fact]
    public void EveryParameterOfTheImageScopeIsRead()
    {
        var request = Parse(
            ("method", "xgradcam"),
            ("target", "tench, Tinca tinca"),
            ("score", "contrast:5"),
            ("layer", "a,b"),
            ("sign", "both"),
            ("threshold", "percentile:12.5"),
            ("boxes", "largest"),
            ("smooth", "none"),
            ("compat", "captum"),
            ("baseline", "blur"),
            ("quadrature", "riemann-right"),
            ("seed", "-4"),
            ("samples", "7"),
            ("window", "8"),
            ("stride", "4x3"),
            ("deadline", "250"),
            ("format", "webp"),
            ("render", "mask"),
            ("size", "20x30"),
            ("colormap", "magma"),
            ("alpha", "1e-1"),
            ("clip", "1,99.5"),
            ("include", "image,map"),
            ("inputs", """{"q":{"shape":[1,2],"data":[3,4]}}""")
        );
        Assert.Equal(
            new ExplainParameters
            {
                Method = "xgradcam",
                Target = "tench, Tinca tinca",
                Inputs = request.Explain.Inputs,
                Score = "contrast:5",
                Layer = "a,b",
                Sign = Sign.Both,
                Threshold = RegionThreshold.Percentile(12.5f),
                Boxes = "largest",
                Clip = new Clip(1, 99.5f),
                Deadline = TimeSpan.FromMilliseconds(250),
                Options = new()
                {
                    Seed = -4,
                    Samples = 7,
                    Compat = Compat.Captum,
                    Baseline = "blur",
                    Quadrature = "riemann-right",
                    Window = (8, 8),
                    Stride = (4, 3),
                },
            },
            request.Explain
        );
        Assert.Equal(new long[] { 3, 4 }, request.Explain.Inputs["q"].Values);
        Assert.Equal(
            new OutputParameters
            {
                Format = AnswerFormat.Webp,
                Render = "mask",
                Size = new(Explain.Engine.Images.RenderCanvas.Exact, 20, 30),
                ColorMap = "magma",
                Alpha = 0.1f,
                Include = AnswerParts.Image | AnswerParts.Map,
            },
            request.Output
        );
        Assert.Equal(24, ParameterTable.For(ParameterScope.Image).Count());
    }

    [Theory]
    [InlineData("0", null)]
    [InlineData("0.5", null)]
    [InlineData("otsu", null)]
    [InlineData("0.2", "cam")]
    [InlineData("0.15", "gradcam")]
    [InlineData("0.5", "wsolevaluation")]
    public void AThresholdThatTheProtocolKnowsIsRead(string threshold, string? boxes)
    {
        var request = Parse(("threshold", threshold), ("boxes", boxes ?? "all"));

        Assert.Equal(threshold, request.Explain.Threshold.ToString());
        Assert.Equal(boxes, request.Explain.Boxes);
    }

    [Theory]
    [InlineData("0.15", "cam", "'0.15' is not that of boxes=cam; allowed with it: 0.2, or no threshold")]
    [InlineData("otsu", "gradcam", "'otsu' is not that of boxes=gradcam; allowed with it: 0.15, or no threshold")]
    [InlineData("percentile:9", "wsolevaluation", "'percentile:9' is not known to boxes=wsolevaluation; allowed with it: a number")]
    public void AThresholdThatContradictsTheProtocolIsRefused(string threshold, string boxes, string expected)
    {
        var error = Refused(ParameterScope.Compare, ("threshold", threshold), ("boxes", boxes));
        Assert.StartsWith(expected, Assert.Single(error.Errors["threshold"]), StringComparison.Ordinal);
    }

    [Fact]
    public void ALongOrUnprintableValueIsNotRepeatedAsItIs()
    {
        var error = Refused(ParameterScope.Image, ("method", new string('x', 5000) + "\r\nfaked line"));
        Assert.DoesNotContain(new string('x', 100), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void EveryRowOfTheTableDescribesItself() => Assert.All(ParameterTable.All, row =>
        {
            Assert.Matches("^[a-z]+$", row.Name);
            Assert.NotEqual(ParameterScope.None, row.Scope);
            Assert.EndsWith(".", row.Summary, StringComparison.Ordinal);
            Assert.NotEmpty(row.Values);
            Assert.NotEmpty(row.Default);
        });

    private static RequestParameters Parse(params (string, string)[] given) =>
        ParameterTable.Parse(ParameterScope.Image, given.Select(p => KeyValuePair.Create(p.Item1, p.Item2)));

    private static ExplainException Refused(ParameterScope scope, params (string, string)[] given)
    {
        var error = Assert.Throws<ExplainException>(() =>
            ParameterTable.Parse(scope, given.Select(p => KeyValuePair.Create(p.Item1, p.Item2)))
        );
        Assert.Equal(ExplainError.InvalidParameter, error.Error);
        return error;
    }
}
