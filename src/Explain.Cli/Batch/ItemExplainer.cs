using Explain.Cli.Image;
using Explain.Cli.Jobs.Items;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Jobs.Rows;
using Explain.Cli.Terminal;
using Explain.Engine.Answers;
using Explain.Engine.Explaining;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Cli.Batch;

/// <summary>Explains one item. Thread-safe.</summary>
/// <param name="model">The model.</param>
/// <param name="request">What holds for items without a target of their own.</param>
/// <param name="format">What is written beside the rows; null for nothing.</param>
/// <param name="source">The folder from which names are counted.</param>
/// <param name="folder">Where results go.</param>
/// <param name="files">Writes them.</param>
internal sealed class ItemExplainer(
    OpenModel model,
    RequestParameters request,
    AnswerFormat? format,
    string source,
    OutputFolder folder,
    AtomicFiles files
)
{
    private readonly Explainer _explainer = model.Explainer;
    private readonly AnswerWriter _answers = new(new ImageWriter(model.Codec, model.Engine));
    private readonly RowMaker _rows = new(model.Description, request.Explain.Method);
    private readonly string _ending = $"{request.Explain.Method}.{format?.ToString().ToLowerInvariant()}";

    /// <summary>Explains it and writes its image; whatever is wrong with the item becomes its outcome.</summary>
    /// <exception cref="OutputException">Results cannot be written.</exception>
    public async Task<ItemOutcome<BatchRow>> RunAsync(JobItem item)
    {
        try
        {
            var asked = request with { Explain = item.Asked(request.Explain) };
            var image = await ImageFile.ReadAsync(Path.Combine(source, item.Name), CancellationToken.None);
            var run = RunContext.Alone(CancellationToken.None);
            var explanation = await _explainer.ExplainAsync(model.Lease, image, asked.Explain, run);
            if (format is null)
                return new ItemOutcome<BatchRow>(item, _rows.Done(item, explanation, explanation.Timings, null), null);
            var answer = _answers.Write(explanation, asked, format.Value, run);
            var name = OutputFolder.AnswerName(item.OutputName, _ending);
            await files.WriteAsync(folder.At(name), stream => stream.WriteAsync(answer.Content).AsTask());
            return new ItemOutcome<BatchRow>(item, _rows.Done(item, explanation, answer.Timings, name), null);
        }
        catch (Exception e) when (e is not OutputException)
        {
            var error = e is ExplainException or IOException or UnauthorizedAccessException
                ? e.Message
                : $"unexpected failure ({e.GetType().Name}): {e.Message}";
            return new ItemOutcome<BatchRow>(item, _rows.Failed(item, error), error);
        }
    }
}
