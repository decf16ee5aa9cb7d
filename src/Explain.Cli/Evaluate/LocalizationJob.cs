using System.Text.Json.Nodes;
using Explain.Cli.Jobs;
using Explain.Cli.Jobs.Items;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Terminal;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Evaluation.Annotations;

namespace Explain.Cli.Evaluate;

/// <summary>A folder of pictures, and what is known of them.</summary>
/// <param name="Pictures">The folder.</param>
/// <param name="Annotations">A file or a folder.</param>
/// <param name="Reading">How it is read.</param>
internal sealed record AnnotatedFolder(string Pictures, string Annotations, AnnotationOptions Reading);

/// <summary>One run: what is not measured yet of one shard, and the tables of all that is.</summary>
/// <param name="shell">Where tables and messages go.</param>
/// <param name="question">What is asked of every picture.</param>
/// <param name="division">Which pictures, and how many at once.</param>
internal sealed class LocalizationJob(Shell shell, LocalizationQuestion question, Division division)
{
    /// <summary>Does it.</summary>
    /// <param name="folder">The pictures.</param>
    /// <param name="choices">The models.</param>
    /// <param name="output">Folder of the results.</param>
    /// <param name="cancellation">Stops it as a signal does.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="UsageException">It cannot be done like that.</exception>
    /// <exception cref="StoppedException">Somebody else does it.</exception>
    public async Task<int> RunAsync(
        AnnotatedFolder folder,
        IReadOnlyList<ModelChoice> choices,
        string output,
        CancellationToken cancellation
    )
    {
        var pictures = Read(folder);
        var models = new List<OpenModel>();
        try
        {
            foreach (var choice in choices)
                models.Add(await OpenModel.OpenAsync(choice, shell, cancellation));
            RequireNames(models);
            var matched = models.ConvertAll(model => new MatchedModel(model, Match(model, pictures, folder.Reading)));
            await SayPriceAsync(matched, cancellation);
            var job = new ShardedJob(shell, division);
            var names = matched.SelectMany(m => m.Pictures.Keys).Distinct().Order(StringComparer.Ordinal);
            var meter = new LocalizationMeter(matched, question, folder.Pictures);
            var code = await job.RunAsync<LocalizationRow>(
                job.Mine(names.Select(name => new JobItem(name))),
                Describe(folder, models),
                output,
                _ => meter.RunAsync,
                cancellation
            );
            // Who was told to stop begins nothing that takes passes.
            var task = code == ExitCode.Stopped ? null : new LocalizationTask(folder, matched, question);
            await new LocalizationReport(shell, new OutputFolder(output)).WriteAsync(task, cancellation);
            return code;
        }
        finally
        {
            models.ForEach(m => m.Dispose());
        }
    }

    private static IReadOnlyList<AnnotatedImage> Read(AnnotatedFolder folder)
    {
        try
        {
            return AnnotationFormats.Read(folder.Annotations, folder.Reading);
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static void RequireNames(IEnumerable<OpenModel> models)
    {
        if (models.GroupBy(m => m.Description.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new UsageException($"two models are called '{twice.Key}', by their folders; tables would mix them up");
    }

    private static Dictionary<string, MatchedPicture> Match(
        OpenModel model,
        IReadOnlyList<AnnotatedImage> pictures,
        AnnotationOptions reading
    )
    {
        if (model.Description.Classes == 0)
            throw new UsageException($"model '{model.Description.Name}' has no classes, and localisation is measured by class");
        var labels = ClassLabels.Of(model.Description.Labels, model.Description.Classes);
        var found = new Dictionary<string, MatchedPicture>();
        foreach (var picture in pictures)
        {
            var classes = picture
                .Objects.GroupBy(o => labels.Find(o.Label))
                .Where(g => g.Key is not null)
                .ToDictionary(g => g.Key!.Value, g => (IReadOnlyList<AnnotatedObject>)[.. g]);
            if (classes.Count > 0)
                found[picture.Name] = new MatchedPicture(picture, classes);
        }
        labels.RequireKnown(reading.LeaveOutMissing, model.Description.Name);
        return found;
    }

    private async Task SayPriceAsync(IEnumerable<MatchedModel> models, CancellationToken cancellation)
    {
        foreach (var (model, pictures) in models.Where(m => m.Pictures.Count > 0))
        {
            var asked = question.Parameters with { Target = $"{pictures.First().Value.Classes.Keys.First()}" };
            var plan = await model.Explainer.PlanAsync(
                model.Lease,
                asked,
                question.Compare,
                new OutputParameters(),
                RunContext.Alone(cancellation)
            );
            var classes = pictures.Values.Sum(p => (long)p.Classes.Count);
            shell.Complain(
                $"{model.Description.Name}: {pictures.Count} pictures, {classes} times a class; "
                    + $"each takes {plan.Price.Work} forward passes at most"
            );
        }
    }

    private JobDescription Describe(AnnotatedFolder folder, IEnumerable<OpenModel> models) =>
        new(
            new JsonObject
            {
                ["source"] = Path.GetFullPath(folder.Pictures),
                ["annotations"] = Path.GetFullPath(folder.Annotations),
                ["annotationsSha256"] = File.Exists(folder.Annotations) ? ModelFacts.Digest(File.ReadAllBytes(folder.Annotations)) : null,
                ["columns"] = new JsonObject(folder.Reading.Columns.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)c.Value))),
                ["models"] = new JsonArray([.. models.Select(m => ModelFacts.Of(m.Description))]),
                ["parameters"] = new JsonObject(
                    question.Given.OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => KeyValuePair.Create(g.Key, (JsonNode?)g.Value))
                ),
            },
            division.Shard.Count
        );
}
