using Explain.Engine.Images;
using Explain.Engine.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests.Models;

/// <summary>What a model of the reference data says of a picture.</summary>
/// <param name="Map">The raw map of the predicted class.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Class">The predicted class.</param>
/// <param name="Probability">Its probability.</param>
internal sealed record RealMap(float[] Map, int Height, int Width, int Class, double Probability);

/// <summary>Explains pictures of the reference data.</summary>
internal static class RealMaps
{
    /// <summary>Explains a picture by a model of the folder <c>models</c>, or by a file.</summary>
    public static async Task<RealMap> Explain(string model, string picture, string method = "gradcam", string target = "predicted")
    {
        var options = new EngineOptions { Device = Device.Cpu, DemoModel = false, ThreadsPerModel = 2 };
        var path = File.Exists(model) || Directory.Exists(model) ? model : SharedData.Path("models", model);
        using var catalogue = ModelCatalogue.ForPath(path, options, NullLogger.Instance);
        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);
        Assert.True(catalogue.Status.Single().State == ModelState.Ready, catalogue.Status.Single().Error);
        var bytes = await File.ReadAllBytesAsync(SharedData.Path("images", picture), TestContext.Current.CancellationToken);
        var answer = await new Explainer(catalogue, new VipsImageCodec(), options).ExplainAsync(
            catalogue.Status.Single().Name, bytes, new ExplainParameters { Method = method, Target = target, Sign = Sign.Both }, TestContext.Current.CancellationToken);
        var (explained, best) = (answer.Targets.Single().Map, answer.Predictions[0]);
        return new RealMap([.. explained.Data], explained.Height, explained.Width, best.Index, best.Probability);
    }

    /// <summary>The cosine of the angle between two maps.</summary>
    public static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(a, b);
}
