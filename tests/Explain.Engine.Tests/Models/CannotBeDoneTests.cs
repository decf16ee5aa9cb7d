using Explain.Engine.Catalogue;
using Explain.Engine.Images;
using Explain.Engine.Models.Reading;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Engine.Tests.Models;

/// <summary>
/// Graphs that cannot be differentiated or opened say so when they are loaded, once; what is served goes on being served.
/// </summary>
public sealed class CannotBeDoneTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("models");
    private readonly Lines _log = new();

    [Fact]
    public async Task AMissingRuleIsSaidOnceWithOperatorNodeAndWhatStillWorks()
    {
        using var catalogue = await Serve(
            (
                "norule",
                Tiny.Features()
                    .Node("GlobalAveragePool", "l", "pooled")
                    .Node("Flatten", "pooled", "s")
                    .Node("ai.onnx.ml.Normalizer", "s", "f")
                    .Classify()
                    .Output("scores")
            )
        );

        var line = Assert.Single(_log.All, l => l.Contains("ai.onnx.ml.Normalizer", StringComparison.Ordinal));
        Assert.Contains("no gradient rule for ai.onnx.ml.Normalizer (node 'ai.onnx.ml.normalizer/f')", line);
        Assert.Matches("methods that still work: .*scorecam.*occlusion", line);
        Assert.DoesNotContain("gradcam", line);
        Assert.Equal(ModelState.Ready, Assert.Single(catalogue.Status).State);
    }

    [Fact]
    public async Task WhyANodeIsNotTakenApartIsSaidToWhoeverAsksForAGradient()
    {
        using var catalogue = await Serve(
            (
                "ordered",
                Tiny.Features()
                    .Weight("pw", Tensor.Of([4, 1, 8], [.. Enumerable.Range(0, 32).Select(i => (double)i)]), DataType.Uint8)
                    .Weight("ps", Tensor.Of([4], 0.5, 1, 1.5, 2))
                    .Weight("pz", Tensor.Of([4], 1, 2, 3, 4), DataType.Uint8)
                    .Weight("pg", Tensor.Of([4], 0, 0, 0, 0), DataType.Int32)
                    .Node("GlobalAveragePool", "l", "pooled")
                    .Node("Flatten", "pooled", "s")
                    .Node("com.microsoft.MatMulNBits", "s pw ps pz pg", "f", Of("K", 4L), Of("N", 4L), Of("block_size", 16L))
                    .Classify()
                    .Output("scores")
            )
        );

        var reason = catalogue.Status.Single().Methods.Single(m => m.Method == "saliency").Reason;
        const string Because = "its rows say themselves of which blocks they are, and it has zero points, too";
        Assert.Equal(
            "no gradient rule for com.microsoft.MatMulNBits (node 'com.microsoft.matmulnbits/f': it cannot be taken apart, as "
                + $"{Because})",
            reason
        );
        Assert.Equal(
            new MissingGradient("com.microsoft.MatMulNBits", "com.microsoft.matmulnbits/f", Because),
            Assert.Single(catalogue.Status.Single().Description!.MissingGradients)
        );
    }

    [Fact]
    public async Task ARuleThatRefusesANodeMakesItsMethodsUnsupportedAtLoad()
    {
        using var catalogue = await Serve(
            (
                "statistic",
                Tiny.Features()
                    .Weight("scale", 4)
                    .Node("GlobalAveragePool", "l", "pooled")
                    .Node("Flatten", "pooled", "s")
                    .Node("LayerNormalization", "s scale", "n mean")
                    .Node("Mul", "n mean", "f")
                    .Classify()
                    .Output("scores")
            )
        );

        var methods = catalogue.Status.Single(s => s.Name == "statistic").Methods.ToDictionary(m => m.Method);
        Assert.Contains("LayerNormalization 'layernormalization/n'", methods["saliency"].Reason);
        Assert.True(methods["occlusion"].Supported);
        Assert.Contains(
            "LayerNormalization 'layernormalization/n'",
            Assert.Single(_log.All, l => l.Contains("still work", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task WhatCannotBeOpenedNamesTheOperatorAndTheOthersAnswer()
    {
        using var catalogue = await Serve(
            ("good", Tiny.Features().PoolAndClassify().Output("scores")),
            (
                "nobody",
                Tiny.Features()
                    .Node("NobodyKnows", "l", "n")
                    .Node("GlobalAveragePool", "n", "pooled")
                    .Node("Flatten", "pooled", "f")
                    .Classify()
                    .Output("scores")
            ),
            ("huge", new TinyGraph().Input("x", Tensor.Of([1, 3, 1, 1], 0, 0, 0), [1, 3, 1L << 40, 2]).Node("Relu", "x", "y").Output("y")),
            (
                "much",
                Tiny.Features()
                    .PoolAndClassify()
                    .Input("state", Tensor.Of([1], 0), [1L << 20, 1L << 20])
                    .Node("ReduceMax", "state", "largest")
                    .Node("Add", "scores largest", "sum")
                    .Output("sum")
            ),
            (
                "no kernel",
                Tiny.Features().Node("Cast", "l", "n", Of("to", 11L)).Node("Erf", "n", "d").Node("Cast", "d", "y", Of("to", 1L)).Output("y")
            )
        );

        var status = catalogue.Status.ToDictionary(s => s.Name);
        Assert.Contains("NobodyKnows", status["nobody"].Error);
        Assert.Contains("each extent may be 1 to 8192", status["huge"].Error);
        Assert.Contains("input 'state' has the shape [1048576, 1048576]; allowed are 268435456 values", status["much"].Error);
        Assert.Contains("Erf 'erf/d': there is no kernel for it", status["no kernel"].Error);
        Assert.Equal(ModelState.Ready, status["good"].State);
        var codec = new VipsImageCodec();
        var image = codec.Encode(new RgbImage(6, 5, new byte[6 * 5 * 3]), ImageFormat.Png, TestContext.Current.CancellationToken);
        Assert.NotNull(
            await new NamedModels(catalogue, codec, new EngineOptions()).ExplainAsync(
                "good",
                image,
                new ExplainParameters(),
                TestContext.Current.CancellationToken
            )
        );
    }

    public void Dispose() => _root.Delete(recursive: true);

    private async Task<ModelCatalogue> Serve(params (string Name, TinyGraph Net)[] models)
    {
        foreach (var (name, net) in models)
        {
            await File.WriteAllBytesAsync(
                Path.Combine(_root.CreateSubdirectory(name).FullName, "model.onnx"),
                net.ToBytes(),
                TestContext.Current.CancellationToken
            );
        }

        var catalogue = ModelCatalogue.Create(
            new EngineOptions
            {
                ModelsDirectory = _root.FullName,
                Device = Device.Cpu,
                ThreadsPerModel = 1,
            },
            [],
            _log
        );
        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);
        return catalogue;
    }

    private sealed class Lines : ILogger
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => All.Add(formatter(state, exception));
    }
}
