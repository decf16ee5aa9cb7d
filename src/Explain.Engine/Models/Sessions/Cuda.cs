using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Explain.Autodiff.Graphs;
using Microsoft.ML.OnnxRuntime;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Engine.Models.Sessions;

/// <summary>Whether models can run on CUDA in this process: tried once for each device, by running a convolution there.</summary>
public static partial class Cuda
{
    private const string Provider = "CUDAExecutionProvider";

    // The first that fits counts.
    // csharpier-ignore
    private static readonly (Regex Text, Func<GroupCollection, string> Meaning)[] Meanings =
    [
        (DriverLibrary(), g => $"the library {g["library"]} of NVIDIA's driver is missing"),
        (Library(), g => $"the library {g["library"]} is missing"),
        (OldDriver(), _ => "NVIDIA's driver is older than the CUDA of this build"),
        (NoDevice(), _ => "there is no CUDA device"),
        (Cudnn(), _ => "cuDNN is missing or cannot be used"),
    ];

    // What the process runs on does not change.
    private static readonly ConcurrentDictionary<int, Lazy<string?>> Tried = [];

    /// <summary>Why not, without a full stop; null when they can.</summary>
    /// <param name="devices">Numbers of the CUDA devices that should run them.</param>
    public static string? WhyNot(params IReadOnlyList<int> devices)
    {
        ArgumentNullException.ThrowIfNull(devices);
        return devices
            .Select(device =>
                Tried.GetOrAdd(device, d => new(() => Try(d))).Value is { } obstacle
                    ? device == 0
                        ? obstacle
                        : $"device {device}: {obstacle}"
                    : null
            )
            .FirstOrDefault(obstacle => obstacle is not null);
    }

    /// <summary>Whether this build has what CUDA takes on the side of ONNX Runtime.</summary>
    public static bool IsBuiltIn => NativeEnvironment.Providers.Contains(Provider);

    /// <summary>Lets sessions run on a device.</summary>
    /// <param name="options">Of the sessions.</param>
    /// <param name="device">Number of the device.</param>
    /// <param name="maxBytes">Limit for the memory of one session, beside its weights' copies; 0 for none.</param>
    internal static void AddTo(SessionOptions options, int device, long maxBytes)
    {
        using var cuda = new OrtCUDAProviderOptions();
        var settings = new Dictionary<string, string>
        {
            ["device_id"] = $"{device}",
            // Ten bits of a factor would show in the third digit of a map.
            ["use_tf32"] = "0",
            ["arena_extend_strategy"] = "kSameAsRequested",
        };
        if (maxBytes > 0)
            settings["gpu_mem_limit"] = $"{maxBytes}";
        cuda.UpdateOptions(settings);
        options.AppendExecutionProvider_CUDA(cuda);
    }

    /// <summary>What a failure means.</summary>
    /// <param name="text">What ONNX Runtime threw and logged.</param>
    internal static string Describe(string text) =>
        Meanings
            .Select(m => m.Text.Match(text) is { Success: true } match ? m.Meaning(match.Groups) : null)
            .FirstOrDefault(m => m is not null)
        ?? "ONNX Runtime cannot use it";

    private static string? Try(int device)
    {
        if (!IsBuiltIn)
            return "this build has none; it takes -p:OnnxRuntimeFlavor=Gpu";
        try
        {
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            options.AddSessionConfigEntry("session.disable_cpu_ep_fallback", "1");
            AddTo(options, device, 0);
            using var session = new InferenceSession(Convolution(), options);
            using var one = OrtValue.CreateTensorValueFromMemory(new float[] { 1 }, [1, 1, 1, 1]);
            using var run = new RunOptions();
            using var results = session.Run(run, ["x", "w"], [one, one], session.OutputNames);
            return null;
        }
        catch (OnnxRuntimeException e)
        {
            return Describe($"{NativeEnvironment.LastError} {e.Message}");
        }
    }

    // What a classifier asks of cuDNN and of the device.
    private static byte[] Convolution()
    {
        var (graph, image) = (Graph.New("convolution"), new TensorType(DataType.Float, [1, 1, 1, 1]));
        graph.SetOutputs(graph.Append("Conv", [graph.AddInput("x", image).Name, graph.AddInput("w", image).Name], 1, []).Output);
        return graph.ToBytes();
    }

    [GeneratedRegex(@"(?<library>libcuda\.so[.\d]*): cannot open shared object file")]
    private static partial Regex DriverLibrary();

    [GeneratedRegex(@"(?<library>[\w.+-]+\.so[.\d]*): cannot open shared object file|depends on ""(?<library>[^""]+)"" which is missing")]
    private static partial Regex Library();

    [GeneratedRegex(@"driver version is insufficient|CUDA failure 35\b")]
    private static partial Regex OldDriver();

    [GeneratedRegex(@"no CUDA-capable device|invalid device ordinal|CUDA failure 10[01]\b")]
    private static partial Regex NoDevice();

    [GeneratedRegex("cudnn", RegexOptions.IgnoreCase)]
    private static partial Regex Cudnn();
}
