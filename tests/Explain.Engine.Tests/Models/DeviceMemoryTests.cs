using Explain.Engine.Catalogue;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Tests.Layouts;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Tests.Models;

/// <summary>
/// What runs leave in the memory of a device is found there: tried with the CPU as the device, whose memory is bound, copied and read by
/// the same code.
/// </summary>
public sealed class DeviceMemoryTests
{
    private const double Tolerance = 1e-5;
    private const string Attention = "attention behind a class token";

    private static readonly EngineOptions Options = new() { Device = Device.Cpu, ThreadsPerModel = 1 };
    private static readonly DeviceMemory Memory = Of(_ => { });
    private static readonly SessionFactory Left = new(Options, NullLogger.Instance) { Devices = [new RunDevice(_ => { }, Memory)] };

    public static TheoryData<string> Methods => [.. MethodTable.All.Select(m => m.Id)];

    public static TheoryData<string, string> FormulasInLayouts =>
        [
            .. from net in LayoutNets.All.Keys.Append(Attention)
            from method in MethodTable.Exported
            where method is not ("saliency" or "inputxgradient") && (method, net) is not ("cam", Attention)
            select (net, method),
        ];

    [Fact]
    public void TheTrialFindsWhatARunLeft() => Assert.Null(DeviceTrial.WhyNot(Memory, _ => { }));

    [Fact]
    public void TheTrialSaysWhyItDoesNot()
    {
        using var without = Of(_ => throw new NotSupportedException("no such device"));
        Assert.Equal("no such device", DeviceTrial.WhyNot(without, _ => { }));
    }

    [Theory, MemberData(nameof(FormulasInLayouts))]
    public void MapsThatAreMadeThereAreThoseOfTheHost(string name, string method)
    {
        var g = name == Attention ? LayoutNets.Transformer() : LayoutNets.All[name];
        using var left = Load(g, Left);
        using var host = Load(g, Tiny.Sessions);

        var (actual, expected) = (left.View.Explain(g.Image(), method), host.View.Explain(g.Image(), method));

        Assert.True(expected.Map.Values.Max(Math.Abs) > 0, "an empty map proves nothing");
        Near.Relative(expected.Map.Values, actual.Map.Values, Tolerance, $"{method} of {name}");
        Assert.Equal(expected.Scores!.Values, actual.Scores!.Values);
    }

    [Theory, MemberData(nameof(Methods))]
    public void EveryMethodFindsWhatItNeeds(string method)
    {
        var g = Tiny.Features().PoolAndClassify().Output("scores");
        using var left = Load(g, Left);
        using var host = Load(g, Tiny.Sessions);

        var (actual, expected) = (left.View.Explain(g.Image(), method), host.View.Explain(g.Image(), method));

        Near.Relative(expected.Map.Values, actual.Map.Values, Tolerance, method);
        Assert.Equal(expected.Activations?.Values, actual.Activations?.Values);
        Assert.Equal(expected.Gradients?.Values, actual.Gradients?.Values);
    }

    [Fact]
    public void PartsAreWhereTheWholeIsAndOutliveIt()
    {
        RunTensor part;
        using (var whole = RunTensor.Over([3, 2], [1, 2, 3, 4, 5, 6]))
            part = whole.Part(1, 2);
        using var inner = part.Part(1, 1);
        part.Dispose();
        // Whoever gives back twice takes nothing from the others.
        part.Dispose();
        Assert.Equal([5, 6], inner.Values.ToArray());
        Assert.Equal([1, 2], inner.Shape);
    }

    [Fact]
    public void PartsOfNothingAreNothing()
    {
        using var whole = RunTensor.Over([2, 0], []);
        using var part = whole.Part(1, 1);
        Assert.Equal([1, 0], part.Shape);
        Assert.True(part.Values.IsEmpty);
    }

    [Fact]
    public void ModelsTakeTheDevicesInTurn()
    {
        RunDevice[] devices = [new(_ => { }, null), new(_ => { }, null)];
        using var factory = new SessionFactory(Options, NullLogger.Instance) { Devices = devices };
        Assert.Equal([devices[0], devices[1], devices[0]], [factory.NextDevice(), factory.NextDevice(), factory.NextDevice()]);
    }

    private static DeviceMemory Of(Action<SessionOptions> addTo) =>
        new(new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.DeviceAllocator, 0, OrtMemType.Default), addTo);

    private static LoadedModel Load(TinyGraph g, SessionFactory sessions)
    {
        var bytes = g.ToBytes();
        var loaded = ModelLoader.Load(
            new ModelSource("tiny", "1", null, file => file == "model.onnx" ? new MemoryStream(bytes) : null),
            sessions,
            TestContext.Current.CancellationToken
        );
        loaded.Note(RowFinding.Together);
        return loaded;
    }
}
