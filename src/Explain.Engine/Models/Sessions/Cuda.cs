using System.Text.RegularExpressions;
using Explain.Autodiff.Onnx;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models.Sessions;

/// <summary>Whether models can run on CUDA in this process: tried once, by running a convolution there.</summary>
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

    private static readonly Lazy<string?> Tried = new(Try);

    /// <summary>Why not, without a full stop; null when they can.</summary>
    public static string? WhyNot => Tried.Value;

    /// <summary>Whether this build has what CUDA takes on the side of ONNX Runtime.</summary>
    public static bool IsBuiltIn => NativeEnvironment.Providers.Contains(Provider);

    /// <summary>What a failure means.</summary>
    /// <param name="text">What ONNX Runtime threw and logged.</param>
    internal static string Describe(string text) =>
        Meanings
            .Select(m => m.Text.Match(text) is { Success: true } match ? m.Meaning(match.Groups) : null)
            .FirstOrDefault(m => m is not null)
        ?? "ONNX Runtime cannot use it";

    private static string? Try()
    {
        if (!IsBuiltIn)
            return "this build has none; it takes -p:OnnxRuntimeFlavor=Gpu";
        try
        {
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            options.AddSessionConfigEntry("session.disable_cpu_ep_fallback", "1");
            options.AppendExecutionProvider_CUDA();
            using var session = new InferenceSession(Convolution(), options);
            using var one = OrtValue.CreateTensorValueFromMemory(new float[] { 1 }, [1, 1, 1, 1]);
            using var run = new RunOptions();
            using var results = session.Run(run, ["x", "w"], [one, one], ["y"]);
            return null;
        }
        catch (OnnxRuntimeException e)
        {
            return Describe($"{NativeEnvironment.LastError} {e.Message}");
        }
    }

    // What a classifier asks of cuDNN and of the device.
    private static byte[] Convolution() =>
        new ModelProto
        {
            IrVersion = 8,
            OpsetImport = { new OperatorSetIdProto { Version = 18 } },
            Graph = new GraphProto
            {
                Name = "convolution",
                Input = { Image("x"), Image("w") },
                Node =
                {
                    new NodeProto
                    {
                        OpType = "Conv",
                        Input = { "x", "w" },
                        Output = { "y" },
                    },
                },
                Output = { Image("y") },
            },
        }.ToByteArray();

    private static ValueInfoProto Image(string name)
    {
        var shape = new TensorShapeProto();
        for (var axis = 0; axis < 4; axis++)
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = 1 });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape },
            },
        };
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
