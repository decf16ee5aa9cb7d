using Explain.Engine.Models;

namespace Explain.Engine.Tests.Models;

/// <summary>Weights that lie beside the <c>.onnx</c> file.</summary>
public sealed class ExternalDataTests
{
    [Fact]
    public void AModelWithWeightsBesideItIsExplainedLikeOneWithWeightsInside()
    {
        var net = Tiny.Features().PoolAndClassify().Output("scores");
        var folder = Directory.CreateTempSubdirectory("explain-external");
        try
        {
            var inside = net.Build();
            ExternalWeights.Write(inside, folder.FullName);
            using var expected = Tiny.Load(inside.ToBytes());
            using var actual = ModelLoader.Load(ModelSource.FromPath(folder.FullName), Tiny.Sessions);
            foreach (var method in new[] { "gradcam", "cam" })
            {
                var query = new TensorQuery(net.Picture(), new ExplainParameters { Method = method });
                Assert.Equal(
                    TensorExplainer.Explain(expected, query, Tiny.Pictures, TestContext.Current.CancellationToken).Map.Values,
                    TensorExplainer.Explain(actual, query, Tiny.Pictures, TestContext.Current.CancellationToken).Map.Values);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
