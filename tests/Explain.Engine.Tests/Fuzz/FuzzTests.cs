namespace Explain.Engine.Tests.Fuzz;

/// <summary>Damaged files end in an answer or a clear error. <c>tools/Explain.Fuzz</c> does the same by the thousand.</summary>
public sealed class FuzzTests : IDisposable
{
    private const int Inputs = 300;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fuzz-");

    [Fact]
    public async Task DamagedModelsEndInAnAnswerOrAClearError()
    {
        var ends = new Dictionary<FuzzEnd, int>();
        for (var seed = 0; seed < Inputs; seed++)
        {
            try
            {
                var end = await FuzzDriver.RunAsync(
                    ModelMutator.Mutate(FuzzSeeds.Tiny[seed % FuzzSeeds.Tiny.Count], seed),
                    _folder.FullName,
                    TestContext.Current.CancellationToken
                );
                ends[end] = ends.GetValueOrDefault(end) + 1;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }
        // Files that all fail to open would test nothing behind the parser.
        Assert.True(ends.GetValueOrDefault(FuzzEnd.Answer) + ends.GetValueOrDefault(FuzzEnd.Refusal) > Inputs / 10);
    }

    [Fact]
    public async Task WholeSeedsAreAnswered()
    {
        foreach (var file in FuzzSeeds.Tiny)
            Assert.NotEqual(FuzzEnd.Failed, await FuzzDriver.RunAsync(file, _folder.FullName, TestContext.Current.CancellationToken));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
