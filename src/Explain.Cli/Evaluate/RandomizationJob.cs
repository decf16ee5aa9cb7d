using System.Text.Json.Nodes;
using Explain.Cli.Jobs;
using Explain.Cli.Jobs.Items;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Terminal;
using Explain.Evaluation.Randomization;

namespace Explain.Cli.Evaluate;

/// <summary>Which weights are drawn anew.</summary>
/// <param name="Stages">How many layers, at most.</param>
/// <param name="Each">One layer at a time, and not all from the head down to it.</param>
internal sealed record Cascade(int Stages, bool Each)
{
    /// <summary>In which order, in words.</summary>
    public string Order => Each ? "one at a time" : "from the head down";

    /// <summary>What comes between "weights drawn anew" and the name of a layer.</summary>
    public string Until => Each ? "of" : "down to";

    /// <summary>The layers of each stage, evenly spaced from the head, 0, to the first layer.</summary>
    /// <param name="layers">How many layers the model has.</param>
    public IReadOnlyList<int[]> Of(int layers)
    {
        var count = Math.Min(Stages, layers);
        var ends = Enumerable
            .Range(1, count)
            .Select(stage => count == 1 ? layers - 1 : (int)Math.Round((stage - 1.0) * (layers - 1) / (count - 1)))
            .Distinct();
        return [.. ends.Select(end => Each ? [end] : Enumerable.Range(0, end + 1).ToArray())];
    }
}

/// <summary>One run: what is not compared yet of one shard, and the table of all that is.</summary>
/// <param name="shell">Where the table and messages go.</param>
/// <param name="question">What is asked of every picture.</param>
/// <param name="cascade">Which weights are drawn anew.</param>
/// <param name="division">Which pictures, and how many at once.</param>
internal sealed class RandomizationJob(Shell shell, MapQuestion question, Cascade cascade, Division division)
{
    private const ulong Seed = 0;

    /// <summary>Does it.</summary>
    /// <param name="input">A folder or a manifest.</param>
    /// <param name="choice">The model.</param>
    /// <param name="output">Folder of the results.</param>
    /// <param name="cancellation">Stops it as a signal does.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="UsageException">It cannot be done like that.</exception>
    /// <exception cref="StoppedException">Somebody else does it.</exception>
    public async Task<int> RunAsync(string input, ModelChoice choice, string output, CancellationToken cancellation)
    {
        var source = ItemSource.Open(input, output);
        var opened = new List<OpenModel>();
        try
        {
            opened.Add(await OpenModel.OpenAsync(choice, shell, cancellation));
            var (origin, layers) = Layers(choice.Path);
            var stages = cascade.Of(layers.Names.Count);
            shell.Complain($"{layers.Names.Count} layers with weights; drawn anew at {stages.Count} of them, {cascade.Order}");
            var stranger = new List<RandomModel>();
            foreach (var stage in stages)
            {
                var name = layers.Names[stage[^1]];
                var bytes = layers.Randomised(stage, Seed);
                var model = await OpenModel.OpenAsync(
                    origin with
                    {
                        Open = file => file == origin.ModelFile ? new MemoryStream(bytes) : origin.Open(file),
                    },
                    $"with weights drawn anew {cascade.Until} {name}",
                    choice.Device,
                    shell,
                    cancellation
                );
                opened.Add(model);
                stranger.Add(new RandomModel(stranger.Count + 1, name, model));
            }
            var job = new ShardedJob(shell, division);
            var code = await job.RunAsync<RandomizationRow>(
                job.Mine(source.Items),
                Describe(source.Folder, opened[0]),
                output,
                _ => new RandomizationMeter(opened[0], stranger, question, source.Folder).RunAsync,
                cancellation
            );
            var facts = new RunFacts(RunFacts.NameOf(input), [opened[0].Description], question);
            await new RandomizationReport(shell, new OutputFolder(output)).WriteAsync(facts, cascade, cancellation);
            return code;
        }
        finally
        {
            opened.ForEach(m => m.Dispose());
        }
    }

    private static (Engine.Models.Reading.ModelSource Source, WeightLayers Layers) Layers(string? path)
    {
        var source = OpenModel.SourceOf(path);
        using var file = source.Open(source.ModelFile)!;
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        try
        {
            return (source, new WeightLayers(bytes.ToArray()));
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private JobDescription Describe(string source, OpenModel model) =>
        new(
            new JsonObject
            {
                ["source"] = source,
                ["model"] = ModelFacts.Of(model.Description),
                ["stages"] = cascade.Stages,
                ["each"] = cascade.Each,
                ["parameters"] = question.Facts,
            },
            division.Shard.Count
        );
}
