using System.CommandLine;
using Explain.Cli.Image;
using Explain.Cli.Jobs;
using Explain.Cli.Terminal;
using Explain.Engine.Parameters;

namespace Explain.Cli.Batch;

/// <summary>
/// <c>explain batch</c>: a folder or a list of images to heat maps and Parquet rows, in shards, and where it was left off.
/// </summary>
internal static class BatchVerb
{
    public const string Name = "batch";

    public static Command Create(Shell shell)
    {
        var input = new Argument<string[]>("INPUT")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description =
                "A folder, whose images are found by their extensions; or a manifest: .txt with a path a line, "
                + "or .csv or .jsonl with path and, where wanted, target and id",
        };
        var model = new ModelOptions();
        var output = new Option<string?>("--out", "-o")
        {
            Description = "Folder of the results: explained/, rows/*.parquet and batch.json. What is done there is not done again",
            HelpName = "DIR",
        };
        var format = new Option<string>("--format")
        {
            Description = "What is written for each image beside its rows: png, jpeg, webp, json, npy or none (default: png)",
            HelpName = "TEXT",
            DefaultValueFactory = _ => "png",
        };
        var division = new DivisionOptions();
        var further = InputArguments.Option();
        Option[] own = [model.Path, model.Device, output, format, .. division.All, further];
        var parameters = new ParameterOptions(ParameterScope.Image, [.. own.Select(o => o.Name)]);
        var verb = new Command(Name, "Explain many images: resumable, and in shards") { input };
        foreach (var option in own.Concat(parameters.All.Where(o => own.All(mine => mine.Name != o.Name))))
            verb.Options.Add(option);
        verb.SetAction(
            (parsed, cancellation) =>
            {
                var given = parsed.GetValue(input) ?? [];
                var inputs = parsed.GetValue(further) ?? [];
                var request = InputArguments.AddTo(parameters.Read(parsed, given), inputs);
                var asked = new BatchRequest(request, parameters.Given(parsed), inputs, Format(parsed.GetValue(format)!));
                if (asked.Format is { } written)
                    request.Output.Require(written);
                if (given.Length != 1)
                {
                    throw new UsageException(
                        given.Length == 0
                            ? "batch needs INPUT, a folder or a manifest (see --help)"
                            : $"batch takes one INPUT, a folder or a manifest; '{given[1]}' is one more"
                    );
                }

                var folder = parsed.GetValue(output) ?? throw new UsageException("batch needs --out, a folder for the results");
                return new BatchJob(shell, asked, division.Read(parsed)).RunAsync(given[0], model.Read(parsed), folder, cancellation);
            }
        );
        return verb;
    }

    private static AnswerFormat? Format(string text)
    {
        if (text == BatchRequest.NoFiles)
            return null;
        var all = Enum.GetValues<AnswerFormat>().ToDictionary(f => f.ToString().ToLowerInvariant());
        return all.TryGetValue(text, out var format)
            ? format
            : throw new UsageException(
                $"--format: '{text}' is not allowed; allowed: {string.Join(", ", all.Keys)} or {BatchRequest.NoFiles}"
            );
    }
}
