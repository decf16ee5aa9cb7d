using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests.Models;

/// <summary>Models that come, change and go while requests are answered.</summary>
public sealed class ReloadTests : IDisposable
{
    private static readonly TinyGraph Net = Tiny.Features().PoolAndClassify().Output("scores");
    private static readonly EngineOptions Usual = new() { Device = Device.Cpu, ThreadsPerModel = 1 };

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("models");
    private readonly ModelCatalogue _catalogue;

    public ReloadTests()
    {
        Write("m/1/model.onnx", Net.ToBytes());
        _catalogue = ModelCatalogue.Create(Usual with { ModelsDirectory = _root.FullName }, [], NullLogger.Instance);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _catalogue.Dispose();
        _root.Delete(recursive: true);
    }

    [Fact]
    public async Task LoadingAnewServesTheHighestVersionAndRequestsThatBeganWithTheOldOneEndWithIt()
    {
        await _catalogue.LoadAllAsync(Token);
        using var old = _catalogue.Borrow("m");
        Write("m/2/model.onnx", Net.ToBytes());
        Write("m/2/labels.txt", "a\nb\nc");

        var status = await _catalogue.LoadAsync("m", Token);

        Assert.Equal(("m", "2", ModelState.Ready, null), (status.Name, status.Version, status.State, status.Error));
        Assert.Equal(["a", "b", "c"], _catalogue.Describe("m").Labels);
        Assert.Equal("1", old.Description.Version);
        using var pass = Passes.Forward(old.Model, Net.Image(), [], RunContext.Alone(Token));
        Assert.Equal(2, pass.Scores!.ItemCount);
    }

    [Fact]
    public async Task AModelThatCannotBeLoadedAnewIsServedAsItWas()
    {
        await _catalogue.LoadAllAsync(Token);
        Write("m/2/model.onnx", "no model"u8.ToArray());

        var e = await Assert.ThrowsAsync<ExplainException>(() => _catalogue.LoadAsync("m", Token));

        Assert.Equal(ExplainError.ModelNotReady, e.Error);
        Assert.StartsWith("model 'm' could not be loaded: ", e.Message);
        Assert.EndsWith("; version 1 is served as it was", e.Message);
        var status = Assert.Single(_catalogue.Status);
        Assert.Equal(("1", ModelState.Ready), (status.Version, status.State));
        Assert.NotNull(status.Error);
        Assert.Equal("1", _catalogue.Describe("m").Version);
        Directory.Delete(Path.Combine(_root.FullName, "m", "2"), recursive: true);
        Assert.Null((await _catalogue.LoadAsync("m", Token)).Error);
    }

    [Fact]
    public async Task AnUnloadedModelIsRefusedUntilItIsLoadedAgain()
    {
        await _catalogue.LoadAllAsync(Token);
        using var inUse = _catalogue.Borrow("m");

        Assert.Equal(ModelState.Unloaded, (await _catalogue.UnloadAsync("m", Token)).State);

        var e = Assert.Throws<ExplainException>(() => _catalogue.Borrow("m"));
        Assert.Equal((ExplainError.ModelNotReady, "model 'm' is unloaded"), (e.Error, e.Message));
        using (Passes.Forward(inUse.Model, Net.Image(), [], RunContext.Alone(Token)))
        {
            Assert.Null(Assert.Single(_catalogue.Status).Description);
        }
        await _catalogue.LoadAsync("m", Token);
        Assert.Equal("1", _catalogue.Describe("m").Version);
    }

    [Fact]
    public async Task TheLastUserOfAReplacedModelClosesItsSessions()
    {
        await _catalogue.LoadAllAsync(Token);
        var lease = _catalogue.Borrow("m");
        var model = lease.Model;
        await _catalogue.LoadAsync("m", Token);

        lease.Dispose();
        lease.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Passes.Forward(model, Net.Image(), [], RunContext.Alone(Token)));
        using var again = _catalogue.Borrow("m");
        Assert.NotSame(model, again.Model);
    }

    [Fact]
    public async Task AModelThatWasPutIntoTheDirectoryLaterCanBeLoaded()
    {
        await _catalogue.LoadAllAsync(Token);
        Write("young/model.onnx", Net.ToBytes());

        await _catalogue.LoadAsync("young", Token);

        Assert.Equal(["m", "young"], _catalogue.Status.Select(s => s.Name));
        Assert.Equal(3, _catalogue.Describe("young").Classes);
        var e = await Assert.ThrowsAsync<ExplainException>(() => _catalogue.LoadAsync("absent", Token));
        Assert.Equal(
            (ExplainError.ModelNotFound, "there is no model 'absent' among the models' files; the models are m, young"),
            (e.Error, e.Message)
        );
    }

    [Fact]
    public async Task AVersionThatIsNotServedIsNotFound()
    {
        await _catalogue.LoadAllAsync(Token);

        Assert.Equal("1", _catalogue.Describe("m", "1").Version);
        var e = Assert.Throws<ExplainException>(() => _catalogue.Describe("m", "7"));
        Assert.Equal((ExplainError.ModelNotFound, "version '7' of model 'm' is not served; version 1 is"), (e.Error, e.Message));
    }

    [Fact]
    public async Task RequestsJoinOnlyWhereNoItemChangesAnothersResult()
    {
        Write(
            "mixes/model.onnx",
            Tiny.Features()
                .PoolAndClassify(scores: "s")
                .Ints("axes", 0)
                .Node("ReduceMean", "s axes", "mean")
                .Node("Sub", "s mean", "scores")
                .Output("scores")
                .ToBytes()
        );
        Write("fixed/model.onnx", Tiny.Features(Known.Everything).PoolAndClassify().Output("scores").ToBytes());

        using var catalogue = ModelCatalogue.Create(Usual with { ModelsDirectory = _root.FullName }, [], NullLogger.Instance);
        await catalogue.LoadAllAsync(Token);

        Assert.Equal((true, false, false), (Joins("m"), Joins("mixes"), Joins("fixed")));

        bool Joins(string name)
        {
            using var lease = catalogue.Borrow(name);
            return lease.Model.JoinsRequests;
        }
    }

    [Fact]
    public async Task ItemsOfSeveralRequestsGetTheAnswersThatEachGetsAlone()
    {
        await _catalogue.LoadAllAsync(Token);
        using var lease = _catalogue.Borrow("m");
        var input = Net.Image();
        var items = Enumerable
            .Range(0, 8)
            .Select(n => new FloatTensor([1, 3, 5, 6], [.. input.Item(n % 2).Select(v => v * (n + 1))]))
            .ToArray();
        var alone = items.Select((item, n) => Explain(lease.Model, item, n % 3)).ToArray();

        // Nothing runs before all stand in line.
        var permits = Enumerable.Range(0, Usual.MaxConcurrentRuns).Select(_ => lease.Model.Loaded.Schedule.Runs.Enter(Token)).ToArray();
        var waiting = items
            .Select(
                (item, n) =>
                    Task.Factory.StartNew(
                        () => Explain(lease.Model, item, n % 3),
                        Token,
                        TaskCreationOptions.LongRunning,
                        TaskScheduler.Default
                    )
            )
            .ToArray();
        while (lease.Model.Loaded.Runs.Waiting < items.Length)
            await Task.Delay(1, Token);
        Array.ForEach(permits, p => p.Dispose());

        Assert.Equal(alone, await Task.WhenAll(waiting));
        Assert.Equal(8, alone.Distinct(StringComparer.Ordinal).Count());
    }

    // All numbers of an answer.
    private static string Explain(Model model, FloatTensor item, int target)
    {
        var query = new TensorQuery(item, new ExplainParameters { Target = $"{target}", Sign = Sign.Both });
        var answer = TensorExplainer.Explain(model, query, Tiny.Images, RunContext.Alone(Token));
        return string.Join(' ', answer.Logits.Values.Concat(answer.Map.Values));
    }

    private void Write(string file, byte[] bytes)
    {
        var path = Path.Combine(_root.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private void Write(string file, string text) => Write(file, System.Text.Encoding.UTF8.GetBytes(text));
}
