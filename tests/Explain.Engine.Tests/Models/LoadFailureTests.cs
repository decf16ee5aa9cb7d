using Explain.Engine.Catalogue;
using Explain.Engine.Models.Reading;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;
using static Explain.Autodiff.Graphs.Attributes;
using Tensor = Explain.Testing.Tensor;

namespace Explain.Engine.Tests.Models;

/// <summary>Why a model is not loaded, or not run, is said in words of our own that name the node.</summary>
public sealed class LoadFailureTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, (Action<TinyGraph> Bad, string Reason)> Forms = new()
    {
        ["no operator"] = (g => g.Node("NobodyKnows", "l", "z"), "NobodyKnows 'nobodyknows/z': there is no kernel for it"),
        ["another domain"] = (g => g.Node("far.away.Foo", "l", "z"), "Foo 'far.away.foo/z': there is no kernel for it"),
        ["no kernel here"] = (
            g => g.Weight("c", 4).Node("com.microsoft.GroupNorm", "l c c", "z", Of("groups", 2L), Of("activation", 7L)),
            "com.microsoft.GroupNorm 'com.microsoft.groupnorm/z' has no kernel on the CPU and cannot be taken apart, as its activation 7 is"
        ),
        ["shapes"] = (
            g => g.Weight("more", 7, 5, 5, 5).Node("Add", "l more", "z"),
            "Add 'add/z': the shapes of its inputs do not fit together"
        ),
        ["element types"] = (g => g.Ints("one", 1).Node("Add", "l one", "z"), "Add 'add/z': the element types of its inputs are not those"),
        ["too few inputs"] = (g => g.Node("Add", "l", "z"), "Add 'add/z': the number of its inputs or outputs is not one"),
        ["nobody computes it"] = (g => g.Node("Add", "l nothing", "z"), "'nothing' is read, and nothing computes it"),
        ["attribute"] = (g => g.Node("Concat", "l l", "z"), "Concat 'concat/z': an attribute is missing"),
        ["axis"] = (g => g.Node("Softmax", "l", "z", Of("axis", 9L)), "Softmax 'softmax/z': an attribute is missing, or has a value"),
    };

    public static TheoryData<string> Names => [.. Forms.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task TheNodeThatOnnxRuntimeRefusesIsNamedWithoutItsText(string form)
    {
        var net = Tiny.Features();
        Forms[form].Bad(net);
        net.Node("GlobalAveragePool", "z", "p").Node("Flatten", "p", "f").Classify().Output("scores");
        var reason = await Reason(net.ToBytes());
        output.WriteLine(reason);
        Assert.Contains(Forms[form].Reason, reason);
        Assert.DoesNotContain("ErrorCode", reason);
        Assert.DoesNotContain("tensor(", reason);
    }

    [Fact]
    public void WhatNobodyExpectedIsForTheLogAlone()
    {
        var slip = new KeyNotFoundException("The given key 'x' was not present in the dictionary.");
        Assert.DoesNotContain("key", LoadFailure.Reason(slip, null));
        Assert.Same(slip, LoadFailure.Cause(slip));
    }

    [Fact]
    public void ARunThatFailsNamesTheNode()
    {
        // The table has as many rows as the image is large, which only running it shows.
        var net = Tiny.Features()
            .Node("ReduceMax", "x", "largest", Of("keepdims", 0L))
            .Weight("factor", Tensor.Of([], 1e6))
            .Node("Mul", "largest factor", "row")
            .Node("Cast", "row", "index", Of("to", 7L))
            .Weight("table", 5)
            .Node("Gather", "table index", "drawn")
            .Node("Add", "l drawn", "z")
            .Node("GlobalAveragePool", "z", "p")
            .Node("Flatten", "p", "f")
            .Classify()
            .Output("scores");
        using var model = net.Load();
        var failure = Assert.Throws<ExplainException>(() => model.View.Explain(net.Image(), "occlusion"));
        output.WriteLine(failure.Message);
        Assert.Matches("Gather 'gather/drawn': index [0-9]+ is outside of -5 to 4", failure.Message);
        Assert.NotNull(failure.InnerException);
        Assert.DoesNotContain(failure.InnerException.Message, failure.Message);
    }

    private static async Task<string> Reason(byte[] file)
    {
        var source = new ModelSource("bad", "1", null, name => name == "model.onnx" ? new MemoryStream(file) : null);
        using var catalogue = ModelCatalogue.Create(
            new EngineOptions { Device = Device.Cpu, ThreadsPerModel = 1 },
            [source],
            NullLogger.Instance
        );
        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);
        var status = Assert.Single(catalogue.Status);
        Assert.Equal(ModelState.Failed, status.State);
        return status.Error!;
    }
}
