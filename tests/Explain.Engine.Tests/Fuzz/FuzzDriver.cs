using Explain.Engine.Catalogue;
using Explain.Engine.Images;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests.Fuzz;

/// <summary>What a damaged file came to.</summary>
internal enum FuzzEnd
{
    /// <summary>It is served and at least one method answers.</summary>
    Answer,

    /// <summary>It is served, and every method says why it does not answer.</summary>
    Refusal,

    /// <summary>It is not served, and says why.</summary>
    Failed,
}

/// <summary>Loads, describes and explains one file.</summary>
internal static class FuzzDriver
{
    private static readonly string[] Methods = ["gradcam", "saliency", "lrp-epsilon", "scorecam"];

    // What .NET says when the code, not the file, is wrong, and what ONNX Runtime says to whoever builds on it.
    private static readonly string[] Slips =
    [
        "Object reference not set",
        "Index was out",
        "Sequence contains",
        "The given key",
        "Specified argument was out of",
        "Nullable object must",
        "Arithmetic operation",
        "Unable to cast",
        "Specified method is not",
        "An item with the same key",
        "Array dimensions",
        "Value cannot be null",
        "parameter name:",
        "(Parameter '",
        "was not present in the dictionary",
        "outside the bounds",
        "nobody expected",
        "Exception",
        "System.",
        "ErrorCode",
        "Status Message",
        "Non-zero status",
        "InferenceError",
        "onnxruntime",
        ".cc:",
        "tensor(",
    ];

    private static readonly VipsImageCodec Codec = new();
    private static readonly byte[] Image = Codec.Encode(
        new RgbImage(8, 8, [.. Enumerable.Range(0, 8 * 8 * 3).Select(i => (byte)(i * 7))]),
        ImageFormat.Png
    );

    /// <summary>Loads, describes and explains one file, which is written into a folder.</summary>
    /// <exception cref="InvalidOperationException">An error does not say what is wrong with the file.</exception>
    public static async Task<FuzzEnd> RunAsync(byte[] file, string folder, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, "model.onnx");
        await File.WriteAllBytesAsync(path, file, cancellation);
        var options = new EngineOptions { Device = Device.Cpu, ThreadsPerModel = 1 };
        using var catalogue = ModelCatalogue.ForPath(path, options, NullLogger.Instance);
        await catalogue.LoadAllAsync(cancellation);
        var status = catalogue.Status.Single();
        if (status.State == ModelState.Failed)
        {
            Check(status.Error!);
            return FuzzEnd.Failed;
        }
        foreach (var reason in status.Methods.Where(m => !m.Supported))
            Check(reason.Reason!);
        var explainer = new NamedModels(catalogue, Codec, options);
        var end = FuzzEnd.Refusal;
        foreach (var method in Methods)
        {
            try
            {
                await explainer.ExplainAsync(
                    status.Name,
                    Image,
                    new ExplainParameters
                    {
                        Method = method,
                        Options = new() { Samples = 4 },
                    },
                    cancellation
                );
                end = FuzzEnd.Answer;
            }
            catch (ExplainException e)
            {
                Check(e.Message);
            }
        }
        return end;
    }

    private static void Check(string message)
    {
        if (string.IsNullOrWhiteSpace(message) || Slips.Any(s => message.Contains(s, StringComparison.OrdinalIgnoreCase)))
            throw new InvalidOperationException($"unclear error: '{message}'");
    }
}
