using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Engine.Export;
using Explain.Testing;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Cli.Tests.Export;

/// <summary>Files that explain themselves, against what the command answers for the same input.</summary>
public sealed class ExportTests : IDisposable
{
    private const double Tolerance = 1e-6;
    private static readonly GraphOptimizationLevel[] Levels = Enum.GetValues<GraphOptimizationLevel>();
    private readonly Workplace _place = new();

    public static TheoryData<string> Methods => [.. ExplanationExport.Methods];

    [Theory, MemberData(nameof(Methods))]
    public async Task TheMapIsTheCommandsAtEveryOptimisationLevelAndForEachItemByItself(string method)
    {
        var (model, feeds) = Net();
        var written = await WriteAsync(model, "--method", method, "--target-input");
        double[] classes = [2, -1];
        var all = new Dictionary<string, Tensor>(feeds) { ["explanation_target"] = Tensor.Of([2], classes) };
        var expected = (await MapAsync(model, feeds["x"], 0, method, "2"))
            .Concat(await MapAsync(model, feeds["x"], 1, method, "predicted"))
            .ToArray();
        foreach (var level in Levels)
        {
            var run = ExportedFile.Run(written, all, level);
            Assert.Equal(["scores", "explanation"], run.Keys);
            Assert.Equal(3, run["explanation"].Shape.Length);
            Assert.InRange(run["explanation"].DistanceTo(run["explanation"] with { Values = expected }), 0, Tolerance);
        }
        var predicted = await WriteAsync(model, "--method", method);
        Assert.Equal(
            ExportedFile
                .Run(written, new Dictionary<string, Tensor>(feeds) { ["explanation_target"] = Tensor.Of([2], -1, -1) }, Levels[0])[
                    "explanation"
                ]
                .Values,
            ExportedFile.Run(predicted, feeds, Levels[0])["explanation"].Values
        );
    }

    [Theory, InlineData("gradcam"), InlineData("gradcam++"), InlineData("layercam")]
    public async Task TheMapOfALayerWithItsChannelsLastIsTheCommands(string method)
    {
        var net = new TinyGraph(known: Known.AllButBatch)
            .Input("x", 2, 3, 6, 8)
            .Weight("w0", 8, 3, 1, 1)
            .Node("Conv", "x w0", "c0")
            .Node("Transpose", "c0", "t", Attributes.Of("perm", [0, 2, 3, 1]))
            .Node("Sigmoid", "t", "l")
            .Ints("axes", 1, 2)
            .Node("ReduceMean", "l axes", "f", Attributes.Of("keepdims", 0))
            .Weight("w", 8, 3)
            .Node("MatMul", "f w", "scores")
            .Output("scores");
        var model = _place.Write(net.ToBytes(), "last.onnx");
        var map = ExportedFile.Run(await WriteAsync(model, "--method", method, "--layer", "l"), net.Feeds, Levels[^1])["explanation"];
        Assert.Equal([2, 6, 8], map.Shape);
        double[] expected =
        [
            .. await MapAsync(model, net.Feeds["x"], 0, method, "predicted"),
            .. await MapAsync(model, net.Feeds["x"], 1, method, "predicted"),
        ];
        Assert.InRange(map.DistanceTo(map with { Values = expected }), 0, Tolerance);
    }

    [Theory, InlineData("gradcam"), InlineData("gradcam++"), InlineData("hirescam")]
    public async Task TheMapOfTokensIsTheCommands(string method)
    {
        var net = new TinyGraph(known: Known.AllButBatch)
            .Input("x", 2, 3, 4, 6)
            .Weight("w0", 8, 3, 2, 2)
            .Node("Conv", "x w0", "c0", Attributes.Of("strides", [2, 2]))
            .Ints("rows", 0, 8, -1)
            .Node("Reshape", "c0 rows", "r")
            .Node("Transpose", "r", "t", Attributes.Of("perm", [0, 2, 1]))
            .Node("Sigmoid", "t", "l")
            .Ints("axes", 1)
            .Node("ReduceMean", "l axes", "f", Attributes.Of("keepdims", 0))
            .Weight("w", 8, 3)
            .Node("MatMul", "f w", "scores")
            .Output("scores");
        var model = _place.Write(net.ToBytes(), "tokens.onnx");
        var map = ExportedFile.Run(await WriteAsync(model, "--method", method, "--layer", "l"), net.Feeds, Levels[^1])["explanation"];
        Assert.Equal([2, 2, 3], map.Shape);
        double[] expected =
        [
            .. await MapAsync(model, net.Feeds["x"], 0, method, "predicted"),
            .. await MapAsync(model, net.Feeds["x"], 1, method, "predicted"),
        ];
        Assert.InRange(map.DistanceTo(map with { Values = expected }), 0, Tolerance);
    }

    [
        Theory,
        InlineData("vit", "vit.onnx"),
        InlineData("resnet_basic", "resnet_basic.onnx"),
        InlineData("efficientnet", "efficientnet.onnx")
    ]
    public async Task MapsOfNetworksAreTheReferences(string folder, string file)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var c = OracleCase.All.First(c => Path.GetFileName(c.Folder) == folder && Path.GetFileName(c.ModelFile) == file);
        var (shape, values) = c.Array("input.npy");
        var feeds = new Dictionary<string, Tensor>
        {
            ["input"] = new(shape, Array.ConvertAll(values, v => (double)v)),
            ["explanation_target"] = Tensor.Of([c.Classes.Length], [.. c.Classes.Select(k => (double)k)]),
        };
        foreach (var (reference, method) in new[] { ("GradCAM", "gradcam"), ("HiResCAM", "hirescam"), ("LayerCAM", "layercam") })
        {
            var map = ExportedFile.Run(
                await WriteAsync(c.ModelFile, "--method", method, "--layer", c.TargetValue, "--target-input"),
                feeds,
                Levels[^1]
            )["explanation"];
            // The library's raw map is behind its ReLU.
            Assert.InRange(
                OracleMaps.Distance(c.Array($"{reference}.raw.npy").Values, [.. map.Floats.Select(v => Math.Max(v, 0))]),
                0,
                1e-3
            );
        }
    }

    [Theory, InlineData(3), InlineData(-2)]
    public async Task ATargetOutOfRangeFailsTheRunAtEveryOptimisationLevelAndTheErrorSaysTheRange(int target)
    {
        var (model, feeds) = Net();
        var written = await WriteAsync(model, "--target-input");
        foreach (var level in Levels)
        {
            var e = Assert.Throws<OnnxRuntimeException>(() =>
                ExportedFile.Run(
                    written,
                    new Dictionary<string, Tensor>(feeds) { ["explanation_target"] = Tensor.Of([2], 0, target) },
                    level
                )
            );
            Assert.Contains("explanation_target must be one number an item, -1 (predicted) to 2", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task WhatTheModelHadIsStillThere()
    {
        var (model, _) = Net(m =>
        {
            m.DocString = "about";
            m.MetadataProps.Add(new StringStringEntryProto { Key = "author", Value = "somebody" });
            m.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 3 });
            m.Graph.Output[0].DocString = "three classes";
        });
        var before = Graph.Parse(File.ReadAllBytes(model));
        var after = Graph.Parse(File.ReadAllBytes(await WriteAsync(model, "--layer", "l")));
        Assert.Equal("about", after.Model.DocString);
        Assert.Equal("three classes", after.Proto.Output[0].DocString);
        Assert.Contains(after.Model.OpsetImport, o => o is { Domain: "ai.onnx.ml", Version: 3 });
        Assert.Equal(before.Inputs, after.Inputs);
        Assert.Equal([.. before.Outputs, "explanation"], after.Outputs);
        Assert.Equal("N", after.Proto.Input[0].Type.TensorType.Shape.Dim[0].DimParam);
        Assert.Equal("N", after.Proto.Output[1].Type.TensorType.Shape.Dim[0].DimParam);
        var facts = after.Model.MetadataProps.ToDictionary(p => p.Key, p => p.Value);
        Assert.Equal("somebody", facts["author"]);
        Assert.Equal(("gradcam", "l", "logit"), (facts["explain.method"], facts["explain.layer"], facts["explain.score"]));
        Assert.All(before.Nodes, n => Assert.Contains(after.Nodes, m => m.Name == n.Name && m.Output.SequenceEqual(n.Output)));
    }

    [Theory, MemberData(nameof(Methods))]
    public async Task TheFileIsAValidModel(string method)
    {
        var graph = Graph.Parse(File.ReadAllBytes(await WriteAsync(Net().Model, "--method", method, "--target-input")));
        Assert.Equal(graph.Nodes.Count, graph.Nodes.Select(n => n.Name).Distinct().Count());
        var known = graph.Proto.Input.Select(i => i.Name).Concat(graph.Proto.Initializer.Select(t => t.Name)).ToHashSet();
        foreach (var node in graph.Nodes)
        {
            Assert.All(node.Input.Where(i => i.Length > 0), i => Assert.Contains(i, known));
            Assert.All(node.Output.Where(o => o.Length > 0), o => Assert.True(known.Add(o), o));
        }
        Assert.All(graph.Proto.ValueInfo, i => Assert.Contains(i.Name, known));
        Assert.All(graph.Proto.Output, o => Assert.Contains(o.Name, known));
    }

    [Fact]
    public async Task WeightsBesideTheModelAreCopiedElsewhereAndSharedInItsFolder()
    {
        var expected = ExportedFile.Run(await WriteAsync(Net().Model), Net().Feeds, Levels[0])["explanation"];
        var (model, feeds) = Net(Externalise);
        var (here, there) = (_place.Path("net", "explained.onnx"), _place.Path("elsewhere", "explained.onnx"));
        foreach (var path in new[] { here, there })
        {
            Assert.Equal(0, (await Cli.RunAsync("export", model, "-o", path)).Code);
            Assert.Equal(expected.Values, ExportedFile.Run(path, feeds, Levels[0])["explanation"].Values);
        }
        Assert.False(File.Exists(here + ".data"));
        Assert.True(new FileInfo(there).Length < new FileInfo(there + ".data").Length);
        Assert.Equal(
            ["explained.onnx", "explained.onnx.data"],
            Directory.GetFiles(_place.Path("elsewhere")).Select(Path.GetFileName).Order()
        );
    }

    [Theory]
    [InlineData("method 'rise' cannot be written as a graph; those that can are activationmap, cam", "--method", "rise")]
    [InlineData("the model has no layer 'nowhere'; its layers are", "--layer", "nowhere")]
    [InlineData("'nowhere'; its outputs are scores", "--gradient-of", "nowhere", "--with-respect-to", "x")]
    [InlineData("--gradient-of needs --with-respect-to", "--gradient-of", "scores")]
    [InlineData("go alone", "--gradient-of", "scores", "--with-respect-to", "x", "--method", "cam")]
    public async Task WrongUseIsOneLineWithWhatIsAllowedAndWritesNothing(string message, params string[] options)
    {
        var to = _place.Path("out.onnx");
        var run = await Cli.RunAsync(["export", Net().Model, "-o", to, .. options]);
        Assert.Equal(2, run.Code);
        Assert.Contains(message, Assert.Single(run.Error), StringComparison.Ordinal);
        Assert.False(File.Exists(to));
    }

    [Fact]
    public async Task AMissingRuleIsOneLineWithOperatorNodeAndWhatWorks()
    {
        var run = await Cli.RunAsync("export", _place.WithoutRule, "-o", _place.Path("out.onnx"));
        Assert.Equal(2, run.Code);
        Assert.Contains(
            "ai.onnx.ml.Binarizer (node 'ai.onnx.ml.Binarizer_extra'); what works here: activationmap",
            Assert.Single(run.Error),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task TheModelItselfIsNotOverwritten()
    {
        var model = Net().Model;
        var run = await Cli.RunAsync("export", model, "-o", model);
        Assert.Equal(2, run.Code);
        Assert.Contains("is the model itself", Assert.Single(run.Error), StringComparison.Ordinal);
    }

    public void Dispose() => _place.Dispose();

    private (string Model, Dictionary<string, Tensor> Feeds) Net(Action<ModelProto>? change = null)
    {
        var net = new TinyGraph(known: Known.AllButBatch)
            .Input("x", 2, 3, 6, 8)
            .Weight("w0", 8, 3, 3, 3)
            .Weight("b0", 8)
            .Node("Conv", "x w0 b0", "c0", Attributes.Of("kernel_shape", [3, 3]), Attributes.Of("pads", [1, 1, 1, 1]))
            .Node("Relu", "c0", "l")
            .Node("GlobalAveragePool", "l", "p")
            .Node("Flatten", "p", "f")
            .Weight("w", 3, 8)
            .Weight("b", 3)
            .Node("Gemm", "f w b", "scores", Attributes.Of("transB", 1))
            .Output("scores");
        var graph = net.Build();
        Directory.CreateDirectory(_place.Path("net"));
        change?.Invoke(graph.Model);
        return (_place.Write(graph.ToBytes(), "net", "net.onnx"), net.Feeds);
    }

    private void Externalise(ModelProto model)
    {
        using var data = File.Create(_place.Path("net", "weights.bin"));
        foreach (var tensor in model.Graph.Initializer)
        {
            tensor.ExternalData.Add([
                new() { Key = "location", Value = "weights.bin" },
                new() { Key = "offset", Value = $"{data.Position}" },
                new() { Key = "length", Value = $"{tensor.RawData.Length}" },
            ]);
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            tensor.RawData.WriteTo(data);
            tensor.RawData = Google.Protobuf.ByteString.Empty;
        }
    }

    private async Task<string> WriteAsync(string model, params string[] options)
    {
        var to = _place.Path($"{Guid.NewGuid():N}.onnx");
        var run = await Cli.RunAsync(["export", model, "-o", to, .. options]);
        Assert.True(run.Code == 0, string.Join(' ', run.Error));
        return to;
    }

    private async Task<double[]> MapAsync(string model, Tensor input, int item, string method, string target)
    {
        var length = input.Values.Length / (int)input.Shape[0];
        var image = _place.Write(
            Npy.Bytes([1, .. input.Shape.Skip(1).Select(e => (int)e)], input.Floats.AsSpan(item * length, length).ToArray()),
            $"{item}.npy"
        );
        var map = _place.Path("map.npy");
        var run = await Cli.RunAsync("image", image, "--model", model, "--method", method, "--target", target, "--out", map);
        Assert.True(run.Code == 0, string.Join(' ', run.Error));
        var (shape, values) = Npy.Read(map);
        File.Delete(map);
        // Methods in pixel space answer every channel; the exported map is one.
        if (shape is not [_, var channels, var rows, var columns])
            return Array.ConvertAll(values, v => (double)v);
        var pixels = Enumerable
            .Range(0, (int)(rows * columns))
            .Select(p => Enumerable.Range(0, (int)channels).Select(c => (double)values[c * rows * columns + p]));
        return [.. pixels.Select(channel => method == "saliency" ? channel.Max() : channel.Sum())];
    }
}
