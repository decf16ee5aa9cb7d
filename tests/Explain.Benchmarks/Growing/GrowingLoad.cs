using System.Diagnostics;
using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Benchmarks.Growing;

/// <summary>What is asked of a model again and again: Grad-CAM, encoded picture in, map out.</summary>
/// <param name="Net">The model.</param>
internal sealed record GrowingLoad(GrowingNet Net)
{
    // Compiled code is at its best after some seconds.
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(8);

    /// <summary>Batch items of one tensor request; 0 for a picture.</summary>
    public int Items { get; init; }

    /// <summary>Target layers of one request; 0 for the model's own.</summary>
    public int Layers { get; init; }

    /// <summary>Requests at once.</summary>
    public int Clients { get; init; } = 1;

    /// <summary>The least time of several loads, milliseconds.</summary>
    public async Task<double> MeasureAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), $"growing-{Environment.ProcessId}.onnx");
        Net.Write(path);
        try
        {
            var options = new EngineOptions { Device = Device.Cpu };
            using var catalogue = ModelCatalogue.ForPath(path, options, NullLogger.Instance);
            await catalogue.LoadAllAsync(CancellationToken.None);
            using var lease = catalogue.Borrow(catalogue.Status.Single().Name);
            var ask = Request(lease, options);
            var best = double.PositiveInfinity;
            for (var (clock, runs) = (Stopwatch.StartNew(), 0); clock.Elapsed < Measured || runs < 5; runs++)
            {
                var start = Stopwatch.GetTimestamp();
                await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(ask)));
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            return best;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private Func<Task> Request(ModelLease lease, EngineOptions options)
    {
        var codec = new VipsImageCodec();
        var explainer = new Explainer(codec, options);
        var random = new Random(1);
        var run = RunContext.Alone(CancellationToken.None);
        if (Items > 0)
        {
            var values = new float[Items * 3 * Net.Size * Net.Size];
            for (var i = 0; i < values.Length; i++)
                values[i] = random.NextSingle();
            var query = new TensorQuery(new FloatTensor([Items, 3, Net.Size, Net.Size], values), new ExplainParameters());
            return () => explainer.ExplainTensorAsync(lease, query, run);
        }
        var pixels = new byte[Net.Size * Net.Size * 3];
        random.NextBytes(pixels);
        var picture = codec.Encode(new RgbImage(Net.Size, Net.Size, pixels), ImageFormat.Png);
        var compare = Layers > 0 ? new CompareParameters { Layers = [.. Net.Layers.Take(Layers)] } : null;
        return () => explainer.ExplainAsync(lease, picture, new ExplainParameters(), run, compare);
    }
}
