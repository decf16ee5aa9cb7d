using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models.Sessions;

/// <summary>Opens ONNX Runtime sessions the one way that works with several of them in a process.</summary>
internal sealed class SessionFactory : IDisposable
{
    // Optimisers that make a graph run faster, but say nothing of its shapes.
    private const string ForSpeedAlone =
        "CommonSubexpressionElimination;ConstantSharing;DoubleQDQPairsRemover;EnsureUniqueDQForNodeUnit;GeluFusionL1;LayerNormFusionL1;"
        + "MatMulAddFusion;QDQPropagationTransformer;ReshapeFusion;TransposeOptimizer;WhereDummyDq";

    // Each of these takes a time that grows with the square of the nodes.
    private const string Quadratic = "CommonSubexpressionElimination;NchwcTransformer";

    private const int MostNodesForQuadratic = 10_000;

    // Each of these makes copies of weights: folded transpositions, and the blocked layout of convolutions.
    private const string Copying = "ConstantFolding;NchwcTransformer";

    private const string Disabled = "optimization.disable_specified_optimizers";

    private readonly int _threads;
    private int _models;

    static SessionFactory()
    {
        NativeEnvironment.Start();
    }

    /// <exception cref="NotSupportedException">CUDA is asked for, and cannot be had.</exception>
    public SessionFactory(EngineOptions options, ILogger logger)
    {
        var obstacle = options.Device == Device.Cpu ? null : Cuda.WhyNot(options.CudaDevices);
        if (options.Device == Device.Cuda && obstacle is not null)
            throw new NotSupportedException($"CUDA cannot be used here: {obstacle}");
        if (obstacle is not null)
        {
            // A build for the CPU is meant to run there.
            var level = Cuda.IsBuiltIn ? LogLevel.Warning : LogLevel.Information;
            logger.Log(level, "CUDA cannot be used here: {Reason}; models run on the CPU", obstacle);
        }
        var cuda = options.Device != Device.Cpu && obstacle is null;
        Provider = cuda ? "cuda" : "cpu";
        Devices = cuda ? [.. options.CudaDevices.Select(d => RunDevice.Cuda(d, options.MaxCudaBytes, logger))] : [RunDevice.Cpu];
        Schedule = new RunSchedule(options);
        _threads = options.ThreadsPerModel > 0 ? options.ThreadsPerModel : Environment.ProcessorCount;
        Native = new NativeSupport(options.NativeOperators == NativeOperators.Auto && !cuda, logger);
    }

    /// <summary>How runs of the sessions share the machine.</summary>
    public RunSchedule Schedule { get; }

    /// <summary>Whether graphs may have nodes of the engine's own.</summary>
    public NativeSupport Native { get; init; }

    /// <summary><c>cuda</c> or <c>cpu</c>.</summary>
    public string Provider { get; }

    /// <summary>What models run on: each on one of them, in turn.</summary>
    public IReadOnlyList<RunDevice> Devices { private get; init; }

    /// <summary>What the next model runs on.</summary>
    public RunDevice NextDevice() => Devices[(int)((uint)(Interlocked.Increment(ref _models) - 1) % (uint)Devices.Count)];

    /// <summary>Lets the threads end that runs are made on, and releases the devices.</summary>
    public void Dispose()
    {
        Schedule.Dispose();
        foreach (var device in Devices)
            device.Dispose();
    }

    /// <summary>Opens a graph. Weights outside the file are looked up in <paramref name="folder"/>.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="folder">The folder, or null.</param>
    /// <param name="device">What it runs on.</param>
    /// <param name="inPlace">Whether the weights are used as they lie in their file, which is mapped into memory: nothing is rearranged,
    /// and runs take longer.</param>
    /// <param name="cancellation">Ends it; a graph of many thousand nodes takes a few seconds more until then.</param>
    /// <exception cref="NotSupportedException">ONNX Runtime does not open it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public InferenceSession Open(Graph model, string? folder, RunDevice device, bool inPlace, CancellationToken cancellation)
    {
        if (NativeNodes.In(model))
            return LiftedSession.Open(model, Native.Block, () => Options(folder), cancellation);
        using var options = Options(folder);
        if (inPlace)
            options.AddSessionConfigEntry("session.disable_prepacking", "1");
        if (Unwanted(model, inPlace) is { Length: > 0 } unwanted)
            options.AddSessionConfigEntry(Disabled, unwanted);
        device.AddTo(options);
        return Open(model, options, cancellation);
    }

    /// <summary>Opens a graph as it is, to ask it for values once.</summary>
    /// <exception cref="NotSupportedException">ONNX Runtime does not open it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static InferenceSession OpenAsItIs(Graph model, string? folder, CancellationToken cancellation)
    {
        using var options = Plain(folder, GraphOptimizationLevel.ORT_DISABLE_ALL);
        return Open(model, options, cancellation);
    }

    /// <summary>A graph with the types of its inputs and outputs, as far as ONNX Runtime infers them. It cannot be run.</summary>
    /// <param name="model">The graph; its operators need no kernels.</param>
    /// <param name="folder">Where weights outside the file are.</param>
    /// <param name="fold">Whether to calculate constants first, which finds more shapes and takes longer.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="NotSupportedException">ONNX Runtime does not take it for a model.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static GraphProto Infer(Graph model, string? folder, bool fold, CancellationToken cancellation)
    {
        var level = fold ? GraphOptimizationLevel.ORT_ENABLE_BASIC : GraphOptimizationLevel.ORT_DISABLE_ALL;
        using var options = Plain(folder, level);
        options.AddSessionConfigEntry(Disabled, ForSpeedAlone);
        return Open(
            model,
            options,
            bytes =>
            {
                using var written = new MemoryStream();
                using var compilation = new OrtModelCompilationOptions(options);
                // The pointer that is handed over is used later, and nothing else keeps the bytes where they are.
                using var pinned = bytes.AsMemory().Pin();
                compilation.SetInputModelFromBuffer(bytes);
                compilation.SetGraphOptimizationLevel(level);
                compilation.SetOutputModelWriteDelegate(part => written.Write(part));
                // Weights would be copied, and nobody looks at them.
                compilation.SetOutputModelGetInitializerLocationDelegate((_, _, _) => new OrtExternalInitializerInfo("elsewhere", 0, 0));
                compilation.CompileModel();
                written.Position = 0;
                return ModelProto.Parser.ParseFrom(written).Graph;
            },
            cancellation
        );
    }

    /// <summary>Opens a graph.</summary>
    /// <exception cref="NotSupportedException">ONNX Runtime does not open it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static InferenceSession Open(Graph model, SessionOptions options, CancellationToken cancellation) =>
        Open(model, options, bytes => new InferenceSession(bytes, options), cancellation);

    /// <summary>Makes something of a graph's bytes: a session, or what ONNX Runtime infers of them.</summary>
    /// <exception cref="NotSupportedException">ONNX Runtime does not take them.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static T Open<T>(Graph model, SessionOptions options, Func<byte[], T> open, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var ending = cancellation.Register(() => options.SetLoadCancellationFlag(true));
        try
        {
            return open(model.ToBytes());
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (OnnxRuntimeException e)
        {
            throw new NotSupportedException($"ONNX Runtime cannot open the graph: {NativeFailure.Describe(e, model)}", e);
        }
    }

    private SessionOptions Options(string? folder)
    {
        var options = Common(folder);
        options.IntraOpNumThreads = _threads;
        return options;
    }

    private static string Unwanted(Graph model, bool inPlace) =>
        string.Join(
            ';',
            new[] { inPlace ? Copying : null, model.Nodes.Count > MostNodesForQuadratic ? Quadratic : null }.Where(o => o is not null)
        );

    private static SessionOptions Plain(string? folder, GraphOptimizationLevel level)
    {
        var options = Common(folder);
        options.GraphOptimizationLevel = level;
        options.IntraOpNumThreads = 1;
        // Nothing is multiplied more than once.
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
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
