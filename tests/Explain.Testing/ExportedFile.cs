using Microsoft.ML.OnnxRuntime;

namespace Explain.Testing;

/// <summary>A model file, run from its path as anybody would.</summary>
internal static class ExportedFile
{
    /// <summary>Opens, runs and closes it.</summary>
    /// <returns>Outputs by name, in the order of the file.</returns>
    public static Dictionary<string, Tensor> Run(string path, IReadOnlyDictionary<string, Tensor> feeds, GraphOptimizationLevel level)
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = level,
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        using var runtime = new Runtime(new InferenceSession(path, options));
        return runtime.Run(feeds);
    }
}
