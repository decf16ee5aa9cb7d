using Explain.Demo;
using Explain.Engine.Answers;
using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Docs;

/// <summary>The images on the page of methods.</summary>
internal static class MethodImages
{
    /// <summary>Their folder, beside the page.</summary>
    public const string Folder = "methods";

    /// <summary>The image that is explained: a sample of the demo model.</summary>
    public const string Sample = "triangle-and-star.png";

    /// <summary>The class that is explained.</summary>
    public const string Target = "star";

    private const int Side = 180;

    /// <summary>Where a method's image lies, seen from the page.</summary>
    public static string PathOf(MethodInfo method) => $"{Folder}/{method.Id.Replace("+", "p", StringComparison.Ordinal)}.webp";

    /// <summary>Draws all of them.</summary>
    /// <param name="folder">That of the page.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static async Task WriteAsync(string folder, CancellationToken cancellation)
    {
        var engine = new EngineOptions();
        var codec = new VipsImageCodec();
        using var catalogue = ModelCatalogue.Create(engine, [DemoAssets.Model], NullLogger.Instance);
        await catalogue.LoadAllAsync(cancellation);
        using var lease = catalogue.Borrow(DemoAssets.ModelName);
        var explainer = new Explainer(codec, engine);
        var writer = new ImageWriter(codec, engine);
        using var sample = new MemoryStream();
        await using (var stream = DemoAssets.Open($"samples/{Sample}")!)
            await stream.CopyToAsync(sample, cancellation);
        foreach (var method in MethodTable.All)
        {
            var parameters = new RequestParameters
            {
                Explain = new ExplainParameters { Method = method.Id, Target = Target },
                Output = new OutputParameters { Size = new RenderSize(RenderCanvas.Exact, Side, Side) },
            };
            var explanation = await explainer.ExplainAsync(lease, sample.ToArray(), parameters.Explain, RunContext.Alone(cancellation));
            var image = writer.Write(explanation, parameters, ImageFormat.Webp, RunContext.Alone(CancellationToken.None));
            await File.WriteAllBytesAsync(Path.Combine(folder, PathOf(method)), image, cancellation);
        }
    }
}
