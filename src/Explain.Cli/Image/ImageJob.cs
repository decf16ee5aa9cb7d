using System.Globalization;
using System.Text;
using Explain.Cli.Terminal;
using Explain.Engine.Answers;
using Explain.Engine.Explaining;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Cli.Image;

/// <summary>Asks the engine for one image.</summary>
internal delegate Task<Explanation> ExplainImage(OpenModel model, byte[] image, RequestParameters request, CancellationToken cancellation);

/// <summary>Explains one image after the other.</summary>
internal sealed class ImageJob(Shell shell, OpenModel model, RequestParameters request, AnswerFormat format, ExplainImage explain)
{
    // These do not depend on the image: the next one would fail in the same way.
    // csharpier-ignore
    private static readonly ExplainError[] WrongRequest =
    [
        ExplainError.InvalidParameter, ExplainError.ModelNotFound, ExplainError.ModelNotReady, ExplainError.LayerNotFound, ExplainError.LabelNotFound,
        ExplainError.TargetOutOfRange, ExplainError.MethodNotSupported,
    ];

    private readonly AnswerWriter _answers = new(new ImageWriter(model.Codec, model.Engine));

    /// <summary>Explains an image; false when it failed and was named on standard error.</summary>
    /// <exception cref="ExplainException">The request is wrong for every image.</exception>
    public async Task<bool> RunAsync(OutputItem item, CancellationToken cancellation)
    {
        try
        {
            var bytes = await ImageFile.ReadAsync(item.Input, cancellation);
            if (TensorFile.Is(item.Input))
            {
                var tensors = await Checked(() => TensorFile.ExplainAsync(model, bytes, request, format, cancellation));
                if (item.Output is { } target)
                    await WriteAsync(target, tensors, cancellation);
                shell.Out.WriteLine(item.Output is null ? Encoding.UTF8.GetString(tensors) : string.Join('\t', item.Input, item.Output));
                return true;
            }
            var explanation = await Checked(() => explain(model, bytes, request, cancellation));
            var answer = _answers.Write(explanation, request, format, RunContext.Alone(cancellation)).Content;
            if (item.Output is { } file)
                await WriteAsync(file, answer, cancellation);
            Report(item, explanation, answer);
            return true;
        }
        catch (Exception e) when (e is not (OperationCanceledException or WrongRequestException))
        {
            shell.Complain($"{item.Input}: {e.Message}");
            return false;
        }
        catch (WrongRequestException e)
        {
            throw e.Cause;
        }
    }

    private static async Task<T> Checked<T>(Func<Task<T>> explain)
    {
        try
        {
            return await explain();
        }
        catch (ExplainException e) when (WrongRequest.Contains(e.Error))
        {
            throw new WrongRequestException(e);
        }
    }

    private static async Task WriteAsync(string file, byte[] content, CancellationToken cancellation)
    {
        try
        {
            if (Path.GetDirectoryName(file) is { Length: > 0 } folder)
                Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(file, content, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{file}' cannot be written: {e.Message}", e);
        }
    }

    private void Report(OutputItem item, Explanation explanation, byte[] answer)
    {
        foreach (var target in explanation.Targets)
        {
            foreach (
                var warning in target.Diagnostics.Where(d => d.Code is "partial" || d.Code.StartsWith("map-", StringComparison.Ordinal))
            )
            {
                shell.Complain($"{item.Input}: warning: {target.Name}: {warning.Code}: {warning.Message}");
            }
        }
        shell.Out.WriteLine(
            item.Output is null
                ? Encoding.UTF8.GetString(answer)
                : string.Join('\t', item.Input, Each(explanation, t => t.Name), Each(explanation, Value), item.Output)
        );
    }

    private static string Each(Explanation explanation, Func<TargetExplanation, string> fact) =>
        string.Join("; ", explanation.Targets.DistinctBy(t => t.Subject).Select(fact));

    private static string Value(TargetExplanation target) =>
        target switch
        {
            { Output: { } output } => output.Value.ToString("0.000", CultureInfo.InvariantCulture),
            { Target: { Probability: { } probability } } => probability.ToString("0.000", CultureInfo.InvariantCulture),
            _ => $"logit {target.Value.ToString("0.00", CultureInfo.InvariantCulture)}",
        };

    private sealed class WrongRequestException(ExplainException cause) : Exception(cause.Message, cause)
    {
        public ExplainException Cause { get; } = cause;
    }
}
