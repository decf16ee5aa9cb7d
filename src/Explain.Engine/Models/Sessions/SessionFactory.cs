using Explain.Autodiff.Graphs;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models.Sessions;

/// <summary>Opens ONNX Runtime sessions the one way that works with several of them in a process.</summary>
internal sealed class SessionFactory : IDisposable
{
    private readonly int _threads;
    private readonly bool _cuda;

    public SessionFactory(EngineOptions options, ILogger logger)
    {
        Schedule = new RunSchedule(options);
        _threads = options.ThreadsPerModel > 0 ? options.ThreadsPerModel : Environment.ProcessorCount;
        var available = OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider");
        _cuda = options.Device != Device.Cpu && available && CudaOpens(logger);
        Native = new NativeSupport(options.NativeOperators == NativeOperators.Auto && !_cuda, logger);
        if (options.Device == Device.Cuda && !_cuda)
            logger.LogWarning("Device is 'cuda', but the CUDA execution provider cannot be used here; running on the CPU");
    }

    /// <summary>How runs of the sessions share the machine.</summary>
    public RunSchedule Schedule { get; }

    /// <summary>Whether graphs may have nodes of the engine's own.</summary>
    public NativeSupport Native { get; init; }

    /// <summary>Lets the threads end that runs are made on.</summary>
    public void Dispose() => Schedule.Dispose();

    /// <summary><c>cuda</c> or <c>cpu</c>.</summary>
    public string Provider => _cuda ? "cuda" : "cpu";

    /// <summary>Opens a graph. Weights outside the file are looked up in <paramref name="folder"/>.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="folder">The folder, or null.</param>
    /// <param name="inPlace">Whether the weights are used as they lie in their file, which is mapped into memory: nothing is rearranged,
    /// and runs take longer.</param>
    /// <exception cref="NotSupportedException">ONNX Runtime does not open it.</exception>
    public InferenceSession Open(Graph model, string? folder, bool inPlace = false)
    {
        if (NativeNodes.In(model))
            return LiftedSession.Open(model, Native.Block, () => Options(folder));
        using var options = Options(folder);
        if (inPlace)
        {
            options.AddSessionConfigEntry("session.disable_prepacking", "1");
            // Each of these makes copies of weights: folded transpositions, and the blocked layout of convolutions.
            options.AddSessionConfigEntry("optimization.disable_specified_optimizers", "ConstantFolding;NchwcTransformer");
        }
        if (_cuda)
            options.AppendExecutionProvider_CUDA();
        return Open(model, options);
    }

    /// <summary>Opens a graph without optimising it beyond constants, to read what is known of its values.</summary>
    /// <exception cref="NotSupportedException">ONNX Runtime does not open it.</exception>
    public static InferenceSession OpenForTypes(Graph model, string? folder, bool fold = false)
    {
        using var options = Common(folder);
        options.GraphOptimizationLevel = fold ? GraphOptimizationLevel.ORT_ENABLE_BASIC : GraphOptimizationLevel.ORT_DISABLE_ALL;
        options.IntraOpNumThreads = 1;
        // Nothing is multiplied here.
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        return Open(model, options);
    }

    /// <summary>Opens a graph.</summary>
    /// <exception cref="NotSupportedException">ONNX Runtime does not open it.</exception>
    public static InferenceSession Open(Graph model, SessionOptions options)
    {
        try
        {
            return new InferenceSession(model.ToBytes(), options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new NotSupportedException($"ONNX Runtime cannot open the graph: {NativeFailure.Describe(e, model)}", e);
        }
    }

    // One arena for the process: those of single sessions each keep what their largest run took.
    static SessionFactory()
    {
        const int AsMuchAsAsked = 1;
        using var memory = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
        using var arena = new OrtArenaCfg(0, AsMuchAsAsked, -1, -1);
        OrtEnv.Instance().CreateAndRegisterAllocator(memory, arena);
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

    /// <summary>What all sessions have in common.</summary>
    public static SessionOptions Common(string? folder)
    {
        var options = new SessionOptions
        {
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Spinning workers of one session take the cores from another's.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.use_env_allocators", "1");
        if (folder is not null)
            options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
        return options;
    }
}
