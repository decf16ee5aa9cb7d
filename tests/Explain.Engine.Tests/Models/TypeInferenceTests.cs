using Explain.Engine.Models.Sessions;

namespace Explain.Engine.Tests.Models;

/// <summary>Types of values are ONNX Runtime's.</summary>
public sealed class TypeInferenceTests
{
    [Fact]
    public async Task TheFileStaysInItsPlaceWhileMemoryIsTidied()
    {
        var graph = Tiny.Features().PoolAndClassify().Output("scores").Build();
        using var stop = new CancellationTokenSource();
        var tidying = Task.Run(
            () =>
            {
                var kept = new byte[500][];
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    kept[i % kept.Length] = new byte[3000];
                    if (i % 50 == 0)
                        GC.Collect(0, GCCollectionMode.Forced, blocking: true, compacting: true);
                }
            },
            TestContext.Current.CancellationToken
        );

        for (var i = 0; i < 1000; i++)
        {
            var inferred = SessionFactory.Infer(graph, folder: null, fold: false, TestContext.Current.CancellationToken);
            Assert.Equal(["scores"], inferred.Output.Select(o => o.Name));
        }
        await stop.CancelAsync();
        await tidying;
    }
}
