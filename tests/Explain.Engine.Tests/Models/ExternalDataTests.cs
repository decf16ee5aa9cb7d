using Explain.Autodiff.Onnx;
using Explain.Engine.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests.Models;

/// <summary>Weights that lie beside the <c>.onnx</c> file.</summary>
public sealed class ExternalDataTests
{
    [Fact]
    public void AModelWithWeightsBesideItIsExplainedLikeOneWithWeightsInside()
    {
        var folder = Directory.CreateTempSubdirectory("explain-external");
        try
        {
            var inside = TinyModel.AverageAndLinear().Build();
            var outside = inside.Clone();
            using (var data = File.Create(Path.Combine(folder.FullName, "weights.bin")))
            {
                foreach (var tensor in outside.Proto.Initializer)
                {
                    tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "weights.bin" });
                    tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{data.Position}" });
                    tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{tensor.RawData.Length}" });
                    tensor.DataLocation = TensorProto.Types.DataLocation.External;
                    tensor.RawData.WriteTo(data);
                    tensor.RawData = Google.Protobuf.ByteString.Empty;
                }
            }
            File.WriteAllBytes(Path.Combine(folder.FullName, "model.onnx"), outside.ToBytes());
            using var expected = TinyModel.Load(inside.ToBytes());
            using var actual = ModelLoader.Load(ModelSource.FromPath(folder.FullName), new SessionFactory(new EngineOptions { Device = Device.Cpu }, NullLogger.Instance));
            foreach (var method in new[] { "gradcam", "cam" })
            {
                var query = new TensorQuery(TinyModel.Picture(1), new ExplainParameters { Method = method });
                Assert.Equal(
                    TensorExplainer.Explain(expected, query, TestContext.Current.CancellationToken).Map.Values,
                    TensorExplainer.Explain(actual, query, TestContext.Current.CancellationToken).Map.Values);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
