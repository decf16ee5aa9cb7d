using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models;

/// <summary>Opens ONNX Runtime sessions the one way that works with several of them in a process.</summary>
internal sealed class SessionFactory
{
    private readonly int _threads;
    private readonly bool _cuda;

    public SessionFactory(EngineOptions options, ILogger logger)
    {
        _threads = options.ThreadsPerModel > 0 ? options.ThreadsPerModel : Environment.ProcessorCount;
        var available = OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider");
        _cuda = options.Device != Device.Cpu && available && CudaOpens(logger);
        if (options.Device == Device.Cuda && !_cuda)
            logger.LogWarning("Device is 'cuda', but the CUDA execution provider cannot be used here; running on the CPU");
    }

    /// <summary><c>cuda</c> or <c>cpu</c>.</summary>
    public string Provider => _cuda ? "cuda" : "cpu";

    /// <summary>Opens a graph. Weights outside the file are looked up in <paramref name="folder"/>.</summary>
    public InferenceSession Open(byte[] model, string? folder)
    {
        using var options = Options(folder);
        if (_cuda) options.AppendExecutionProvider_CUDA();
        return new InferenceSession(model, options);
    }

    /// <summary>Opens a graph to read what is known of its values. Constants are folded, because shapes may be computed from them.</summary>
    public static InferenceSession OpenForTypes(byte[] model, string? folder)
    {
        using var options = Common(folder);
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_BASIC;
        options.IntraOpNumThreads = 1;
        return new InferenceSession(model, options);
    }

    private static bool CudaOpens(ILogger logger)
    {
        try
        {
            using var options = new SessionOptions();
            options.AppendExecutionProvider_CUDA();
            return true;
        }
        catch (OnnxRuntimeException e)
        {
            logger.LogWarning("The CUDA execution provider did not open: {Reason}", e.Message);
            return false;
        }
    }

    private SessionOptions Options(string? folder)
    {
        var options = Common(folder);
        options.IntraOpNumThreads = _threads;
        return options;
    }

    private static SessionOptions Common(string? folder)
    {
        var options = new SessionOptions { InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        // Spinning workers of one session take the cores from another's.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (folder is not null) options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
        return options;
    }
}
