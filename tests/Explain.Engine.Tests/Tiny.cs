using System.Text;
using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Parameters;
using Explain.Engine.Targets.Outputs;
using Explain.Engine.Telemetry;
using Explain.Engine.Turns;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests;

/// <summary>Small models: pieces they are made of, loaded as a folder would be, and explained.</summary>
internal static class Tiny
{
    /// <summary>The way every test opens sessions.</summary>
    public static SessionFactory Sessions { get; } =
        new(new EngineOptions { Device = Device.Cpu, ThreadsPerModel = 1 }, NullLogger.Instance);

    /// <summary>Reads the images that targets hold.</summary>
    public static ImageReader Images =>
        new(new VipsImageCodec(), new EngineOptions(), new FairQueue(2), RunContext.Alone(TestContext.Current.CancellationToken));

    /// <summary>Input "x" of two images [2, 3, 5, 6] and a feature map "l" [2, 4, 5, 6] that is nowhere below 0.</summary>
    public static TinyGraph Features(Known known = Known.AllButBatch) =>
        new TinyGraph(known: known).Input("x", 2, 3, 5, 6).Convolve("x", 4, 3, "c0").Node("Relu", "c0", "l");

    /// <summary>A convolution that keeps the size.</summary>
    public static TinyGraph Convolve(this TinyGraph g, string x, long channels, long from, string y, long kernel = 3) =>
        g.Weight($"{y}.w", channels, from, kernel, kernel)
            .Weight($"{y}.b", channels)
            .Node("Conv", $"{x} {y}.w {y}.b", y, Of("kernel_shape", [kernel, kernel]), Of("pads", Enumerable.Repeat(kernel / 2, 4)));

    /// <summary>Global average pooling of "l" and a linear layer with one row of weights "w" a class.</summary>
    public static TinyGraph PoolAndClassify(this TinyGraph g, string pool = "GlobalAveragePool", string scores = "scores") =>
        g.Node(pool, "l", "pooled").Node("Flatten", "pooled", "f").Classify(scores);

    /// <summary>The linear layer from "f" [N, 4] to three classes.</summary>
    public static TinyGraph Classify(this TinyGraph g, string scores = "scores") =>
        g.Weight("w", 3, 4).Weight("b", 3).Node("Gemm", "f w b", scores, Of("transB", 1));

    /// <summary>Loads a model as from a folder with these files.</summary>
    public static LoadedModel Load(this TinyGraph g, string? json = null, string? labels = null) => Load(g.ToBytes(), json, labels);

    /// <summary>Loads a model as from a folder with these files. Nobody tries its batch: its items are taken for independent.</summary>
    public static LoadedModel Load(byte[] onnx, string? json = null, string? labels = null)
    {
        var loaded = LoadUntried(onnx, json, labels);
        loaded.Note(RowFinding.Together);
        return loaded;
    }

    /// <summary>Loads a model as from a folder, and tries what the service tries.</summary>
    public static LoadedModel LoadAndTry(byte[] onnx)
    {
        var loaded = LoadUntried(onnx, null, null);
        WarmUp.Run(loaded, CancellationToken.None);
        return loaded;
    }

    private static LoadedModel LoadUntried(byte[] onnx, string? json, string? labels) =>
        ModelLoader.Load(new ModelSource("tiny", "1", null, file => file switch
                {
                    "model.onnx" => new MemoryStream(onnx),
                    "model.json" when json is not null => new MemoryStream(Encoding.UTF8.GetBytes(json)),
                    "labels.txt" when labels is not null => new MemoryStream(Encoding.UTF8.GetBytes(labels)),
                    _ => null,
                }), Sessions, CancellationToken.None);

    /// <summary>Loads a model file alone, without what lies beside it.</summary>
    public static LoadedModel LoadFile(string path) =>
        ModelLoader.Load(
            ModelSource.FromPath(path) with
            {
                Open = f => f == Path.GetFileName(path) ? File.OpenRead(path) : null,
            },
            Sessions,
            CancellationToken.None
        );

    /// <summary>Explains every item for one class.</summary>
    public static TensorAnswer Explain(
        this Model model,
        FloatTensor input,
        string method = "gradcam",
        string target = "1",
        string score = "logit",
        Sign? sign = Sign.Both,
        string? layer = null
    ) =>
        model.Explain(
            new TensorQuery(
                input,
                new ExplainParameters
                {
                    Method = method,
                    Target = target,
                    Score = score,
                    Sign = sign,
                    Layer = layer,
                }
            )
        );

    /// <summary>Explains a batch, and answers everything there is to answer at one layer.</summary>
    public static TensorAnswer Explain(this Model model, TensorQuery query) =>
        TensorExplainer.Explain(
            model,
            query with
            {
                Parts = TensorParts.Activations | TensorParts.Gradients | TensorParts.Scores,
            },
            Images,
            RunContext.Alone(TestContext.Current.CancellationToken)
        );

    /// <summary>A request for an image whose targets belong to one tensor, checked.</summary>
    public static ExplainPlan Plan(this Model model, ExplainParameters parameters) =>
        Plans.Of(model, parameters, null, Images).Single().Single();

    /// <summary>A tensor as the engine takes it.</summary>
    public static FloatTensor ToEngine(this Tensor tensor) => new(tensor.Shape, tensor.Floats);

    /// <summary>What a graph's input "x" is fed.</summary>
    public static FloatTensor Image(this TinyGraph g) => g.Feeds["x"].ToEngine();

    /// <summary>One item of a tensor whose first axis is the batch.</summary>
    public static float[] Item(this FloatTensor tensor, int item)
    {
        var length = tensor.Values.Length / (int)tensor.Shape[0];
        return tensor.Values[(item * length)..((item + 1) * length)];
    }
}
