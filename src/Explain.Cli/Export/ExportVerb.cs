using System.CommandLine;
using Explain.Cli.Terminal;
using Explain.Engine.Export;
using Explain.Engine.Vocabulary;

namespace Explain.Cli.Export;

/// <summary><c>explain export</c>: a model that explains itself, or gives its gradient, without this program.</summary>
internal static class ExportVerb
{
    private const string DefaultMethod = "gradcam";

    public static Command Create(Shell shell)
    {
        var model = new Argument<string>("MODEL") { Description = "Folder with a model.onnx, or an .onnx file" };
        var path = new Option<string>("--out", "-o")
        {
            Description = "The .onnx file to write; one that exists is replaced",
            HelpName = "OUT.onnx",
            Required = true,
        };
        var method = new Option<string?>("--method")
        {
            Description = $"Method of the map (default: {DefaultMethod}): {string.Join(", ", ExplanationExport.Methods)}",
            HelpName = "ID",
        };
        var layer = new Option<string?>("--layer")
        {
            Description = "Tensor name of the target layer (default: the model's)",
            HelpName = "TENSOR",
        };
        var target = new Option<bool>("--target-input")
        {
            Description =
                "Explain the classes of a new input, explanation_target (INT64 [N]; -1: the predicted class), "
                + "in place of the predicted one",
        };
        var of = new Option<string?>("--gradient-of")
        {
            Description = "Write the derivative of this tensor instead: new input cotangent, shaped like it",
            HelpName = "TENSOR",
        };
        var by = new Option<string?>("--with-respect-to")
        {
            Description = "The tensor to differentiate by: new output gradient, shaped like it",
            HelpName = "TENSOR",
        };
        var verb = new Command("export", "Write a model that explains itself: its own inputs and outputs, and the output explanation")
        {
            model,
            path,
            method,
            layer,
            target,
            of,
            by,
        };
        verb.SetAction(
            (parsed, cancellation) =>
            {
                var (from, to) = (FileOf(parsed.GetRequiredValue(model)), parsed.GetRequiredValue(path));
                RequireTarget(from, to);
                if (parsed.GetValue(of) is null && parsed.GetValue(by) is null)
                {
                    return ExplanationAsync(
                        shell,
                        from,
                        to,
                        parsed.GetValue(method) ?? DefaultMethod,
                        parsed.GetValue(layer),
                        parsed.GetValue(target),
                        cancellation
                    );
                }

                if (parsed.GetValue(method) is not null || parsed.GetValue(layer) is not null || parsed.GetValue(target))
                {
                    throw new UsageException(
                        "--method, --layer and --target-input belong to explanations; --gradient-of and --with-respect-to go alone"
                    );
                }

                return Gradient(
                    shell,
                    from,
                    to,
                    parsed.GetValue(of) ?? throw new UsageException("--with-respect-to needs --gradient-of"),
                    parsed.GetValue(by) ?? throw new UsageException("--gradient-of needs --with-respect-to")
                );
            }
        );
        return verb;
    }

    private static async Task<int> ExplanationAsync(
        Shell shell,
        string from,
        string to,
        string method,
        string? layer,
        bool target,
        CancellationToken cancellation
    )
    {
        using var model = await OpenModel.OpenAsync(new ModelChoice(from, Device.Cpu), shell, cancellation);
        var (used, exported) = Writing(to, () =>
            ExplanationExport.Write(
                model.Catalogue,
                model.Description.Name,
                method,
                layer,
                target,
                Path.GetDirectoryName(Path.GetFullPath(from))!,
                to
            )
        );
        foreach (var guess in model.Description.Guesses.Where(g => g.What == "precision"))
            shell.Complain(guess.Reason);
        var whose = exported.Input is { } input ? $"the classes of input {input}" : "the predicted class";
        shell.Out.WriteLine($"{to}: output {exported.Output} = {method} at '{used}', for {whose}");
        return ExitCode.Done;
    }

    private static Task<int> Gradient(Shell shell, string from, string to, string of, string by)
    {
        var exported = Writing(to, () => GradientExport.Write(from, of, by, to));
        shell.Out.WriteLine(
            $"{to}: output {exported.Output} = the gradient of Σ cotangent · {of} with respect to {by}, for input {exported.Input}"
        );
        return Task.FromResult(ExitCode.Done);
    }

    private static T Writing<T>(string to, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{to}' cannot be written: {e.Message}");
        }
    }

    private static string FileOf(string model) => Directory.Exists(model) ? Path.Combine(model, "model.onnx") : model;

    private static void RequireTarget(string from, string to)
    {
        if (!File.Exists(from))
            throw new UsageException($"there is no model '{from}'");
        if (Directory.Exists(to))
            throw new UsageException($"'{to}' is a folder; --out is the .onnx file to write");
        if (CanonicalPath.Comparer.Equals(CanonicalPath.Of(from), CanonicalPath.Of(to)))
            throw new UsageException($"'{to}' is the model itself; write to another file");
    }
}
