using System.Security.Cryptography;
using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Models.Reading;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;

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
            using var loadedExpected = Tiny.Load(inside.ToBytes());
            var expected = loadedExpected.View;
            using var loadedActual = ModelLoader.Load(
                ModelSource.FromPath(folder.FullName),
                Tiny.Sessions,
                TestContext.Current.CancellationToken
            );
            var actual = loadedActual.View;
            foreach (var method in new[] { "gradcam", "cam" })
            {
                var query = new TensorQuery(net.Image(), new ExplainParameters { Method = method });
                Assert.Equal(
                    TensorExplainer
                        .Explain(expected, query, Tiny.Images, RunContext.Alone(TestContext.Current.CancellationToken))
                        .Map.Values,
                    TensorExplainer.Explain(actual, query, Tiny.Images, RunContext.Alone(TestContext.Current.CancellationToken)).Map.Values
                );
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void TheDigestIsOfTheFileAndOfItsWeights()
    {
        var folder = Directory.CreateTempSubdirectory("explain-external");
        try
        {
            ExternalWeights.Write(Tiny.Features().PoolAndClassify().Output("scores").Build(), folder.FullName);
            string Loaded()
            {
                using var loadedModel = ModelLoader.Load(
                    ModelSource.FromPath(folder.FullName),
                    Tiny.Sessions,
                    TestContext.Current.CancellationToken
                );
                var model = loadedModel.View;
                return model.Description.Sha256;
            }
            var weights = folder.GetFiles().Single(f => f.Name != "model.onnx").FullName;
            var before = Loaded();
            Assert.Equal(
                Convert.ToHexStringLower(
                    SHA256.HashData([.. File.ReadAllBytes(Path.Combine(folder.FullName, "model.onnx")), .. File.ReadAllBytes(weights)])
                ),
                before
            );

            var bytes = File.ReadAllBytes(weights);
            bytes[3] ^= 1;
            File.WriteAllBytes(weights, bytes);
            Assert.NotEqual(before, Loaded());

            File.Delete(weights);
            Assert.Contains(
                $"the weights in '{Path.GetFileName(weights)}' are missing",
                Assert.Throws<InvalidDataException>(Loaded).Message,
                StringComparison.Ordinal
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
