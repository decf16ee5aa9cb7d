using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Tensor = Explain.Testing.Tensor;

namespace Explain.Engine.Tests.Models;

/// <summary>Stored models that were once refused or answered wrongly.</summary>
internal static class Cases
{
    private static string PathOf(string file, string end = ".onnx")
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        return SharedData.Path("cases", "models", file + end);
    }

    /// <summary>The graph of a file as it stands.</summary>
    public static Graph Read(string file) => Graph.Parse(File.ReadAllBytes(PathOf(file)));

    /// <summary>A file, loaded and tried as by the service.</summary>
    public static LoadedModel Load(string file) => Tiny.LoadAndTry(File.ReadAllBytes(PathOf(file)));

    /// <summary>What ONNX Runtime gives for a tensor of a file as it stands, its first output if none is named.</summary>
    public static float[] Run(string file, Tensor image, string? tensor = null)
    {
        var graph = Read(file);
        if (tensor is not null)
            graph.Proto.Output.Add(new ValueInfoProto { Name = tensor });
        return Runtime
            .Run(graph, new Dictionary<string, Tensor> { [graph.Inputs.Single()] = image })[tensor ?? graph.Outputs.First()]
            .Floats;
    }

    /// <summary>The stored image, [1, 3, 32, 32].</summary>
    public static Tensor Image()
    {
        var (shape, values) = Npy.Read(PathOf("rows-mixed-in-samplers/x", ".npy"));
        return new Tensor(shape, Array.ConvertAll(values, v => (double)v));
    }

    /// <summary>An image of the size that a model takes.</summary>
    public static Tensor Image(LoadedModel loaded) =>
        loaded.Description.Input is { Height: 32, Width: 32, Layout: TensorLayout.Nchw }
            ? Image()
            : Tensor.Spread(
                [1, loaded.Description.Input.Channels, loaded.Description.Input.Height, loaded.Description.Input.Width],
                0,
                1,
                9
            );

    /// <summary>Explains class 1 of the stored image, with few samples.</summary>
    public static TensorAnswer Explain(this LoadedModel loaded, string method) => loaded.Explain(method, Image().ToEngine());

    /// <summary>Explains an image, with few samples; at a named layer with gradients.</summary>
    public static TensorAnswer Explain(
        this LoadedModel loaded,
        string method,
        FloatTensor input,
        string target = "1",
        string? layer = null
    ) =>
        TensorExplainer.Explain(
            loaded.View,
            new TensorQuery(
                input,
                new ExplainParameters
                {
                    Method = method,
                    Target = target,
                    Layer = layer,
                    Sign = Sign.Both,
                    Options = new()
                    {
                        Samples = method is "occlusion" or "ablationcam" ? null : 9,
                        Seed = 5,
                        Window = (8, 8),
                        Stride = (8, 8),
                        Baseline = "zero",
                    },
                }
            )
            {
                Parts = layer is null ? TensorParts.None : TensorParts.Gradients,
            },
            Tiny.Images,
            RunContext.Alone(TestContext.Current.CancellationToken)
        );
}
