using Explain.Demo;
using Explain.Demo.Scenes;
using Explain.Engine.Catalogue;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Objectives;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests.Methods;

public sealed class DemoGradCamTests
{
    private const int Side = 96;

    [Fact]
    public async Task TheMaximumOfAClassLiesOnItsOwnObjectInAtLeast95OfAHundredImagesWithTwo()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var catalogue = ModelCatalogue.Create(new EngineOptions { Device = Device.Cpu }, [DemoAssets.Model], NullLogger.Instance);
        await catalogue.LoadAllAsync(cancellation);
        using var lease = catalogue.Borrow(DemoAssets.ModelName);
        var model = lease.Model;
        var options = new SceneOptions { Kinds = 2 };
        var hits = 0;
        for (var i = 0; i < 100; i++)
        {
            var scene = SceneGenerator.Generate(2, 100_000 + i, options);
            long[] classes = [.. scene.Objects.Select(o => (long)o.KindIndex)];
            var method = MethodTable.Find("gradcam");
            IObjective[] objectives = [.. classes.Select(c => new ClassObjective(Score.Logit, new Target(c)))];
            using var study = new Study(
                model,
                Input(scene),
                [
                    [model.Description.Layer!],
                ],
                [objectives],
                new MethodOptions(),
                new SharedDeadline(null),
                RunContext.Alone(cancellation)
            );
            for (var item = 0; item < 2; item++)
            {
                var map = MapFinish.Map(method, method.Run(new Probe(study, 0, item, model.Description.Layer!)), null).Map;
                Assert.Equal((12, 12), (map.Height, map.Width));
                var heat = MapFinish.Heatmap(map, Side, Side);
                if (scene.Objects[item].Mask[heat.IndexOf(heat.Max())])
                    hits++;
            }
        }
        Assert.InRange(hits, 190, 200);
    }

    private static FloatTensor Input(Scene scene)
    {
        var values = new float[2 * 3 * Side * Side];
        var pixels = scene.Pixels;
        for (var i = 0; i < values.Length; i++)
        {
            var (channel, place) = Math.DivRem(i % (3 * Side * Side), Side * Side);
            values[i] = (pixels[3 * place + channel] / 255f - 0.5f) / 0.25f;
        }
        return new FloatTensor([2, 3, Side, Side], values);
    }
}
