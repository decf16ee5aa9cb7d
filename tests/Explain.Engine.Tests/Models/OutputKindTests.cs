using Explain.Engine.Answers;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Parameters;

namespace Explain.Engine.Tests.Models;

public sealed class OutputKindTests
{
    // csharpier-ignore
    public static TheoryData<string, string> Descriptions => new()
    {
        { nameof(TinyNets.Segmentation), "logits map [3,12,16]" },
        { nameof(TinyNets.SingleClassMask), "z map [1,6,8]; mask map [1,6,8]" },
        { nameof(TinyNets.Detection), "rows rows [48,5]" },
        { nameof(TinyNets.SuppressedDetection), "boxes rows [-1,5]" },
        { nameof(TinyNets.Embedding), "scores classes [3]; embedding vector [6]" },
        { nameof(TinyNets.Caption), "logits rows [3,7]" },
        { nameof(TinyNets.Vqa), "scores classes [3]" },
        { nameof(TinyNets.PolicyAndValue), "policy classes [4]; value value [1]; reward value []" },
    };

    [Theory]
    [MemberData(nameof(Descriptions))]
    public void TheDescriptionSaysWhatEachOutputIs(string net, string expected)
    {
        using var loadedModel = Net(net).Load();
        var model = loadedModel.View;
        var document = ModelDocument.Of(model.Description, []);

        Assert.Equal(expected, string.Join("; ", document.Targets.Select(t => $"{t.Output} {t.Kind} [{string.Join(',', t.Shape!)}]")));
        Assert.Equal(("l", document.Targets[0].Kind), (document.Layer!.Name, document.Output.Kind));
        Assert.Equal(document.Classes > 0, document.Output.Kind == "classes");
    }

    [Theory]
    [MemberData(nameof(Descriptions))]
    public void EveryFormThatTheDescriptionNamesIsUnderstood(string net, string _)
    {
        var g = Net(net);
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        var image = Convert.ToBase64String(
            Images.TestImages.Codec.Encode(
                Images.TestImages.Noise(8, 6),
                Engine.Images.ImageFormat.Png,
                TestContext.Current.CancellationToken
            )
        );
        var inputs = g.Feeds.Where(f => f.Key != "x").ToDictionary(f => f.Key, f => new Inputs.InputTensor(f.Value.Shape, f.Value.Values));
        var forms = ModelDocument.Of(model.Description, []).Targets.SelectMany(t => t.Forms).Where(f => f != "top:3").ToArray();
        Assert.NotEmpty(forms);
        foreach (var form in forms)
        {
            var target = form.Replace("[0,…]", "[0]", StringComparison.Ordinal).Replace("…", image, StringComparison.Ordinal);
            if (target.Contains(" numbers", StringComparison.Ordinal))
            {
                var count = int.Parse(target.Split('[')[1].Split(' ')[0]);
                target = target.Replace($"{count} numbers", string.Join(',', Enumerable.Repeat(1, count)), StringComparison.Ordinal);
            }

            Assert.All(
                model.Explain(new TensorQuery(g.Image(), new ExplainParameters { Target = target, Inputs = inputs })).Map.Values,
                v => Assert.True(float.IsFinite(v), target)
            );
        }
    }

    private static TinyGraph Net(string name) =>
        name switch
        {
            nameof(TinyNets.Segmentation) => TinyNets.Segmentation(),
            nameof(TinyNets.SingleClassMask) => TinyNets.SingleClassMask(),
            nameof(TinyNets.Detection) => TinyNets.Detection(),
            nameof(TinyNets.SuppressedDetection) => TinyNets.SuppressedDetection(),
            nameof(TinyNets.Embedding) => TinyNets.Embedding(),
            nameof(TinyNets.Caption) => TinyNets.Caption(),
            nameof(TinyNets.Vqa) => TinyNets.Vqa(),
            _ => TinyNets.PolicyAndValue(),
        };
}
