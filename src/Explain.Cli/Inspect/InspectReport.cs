using System.Globalization;
using Explain.Autodiff.Rules;
using Explain.Cli.Terminal;
using Explain.Engine.Answers;
using Explain.Engine.Evaluation;
using Explain.Engine.Models.Reading;

namespace Explain.Cli.Inspect;

/// <summary>The facts of a model as text.</summary>
internal static class InspectReport
{
    public static void Write(Shell shell, ModelDocument model, IReadOnlyList<OperatorCoverage> gradients)
    {
        Fact(shell, "model", $"{model.Name}, version {model.Version}");
        Fact(shell, "sha256", model.Sha256);
        Fact(shell, "opset", $"{model.Opset}");
        Fact(shell, "provider", model.Provider);
        foreach (var input in model.Inputs)
            Fact(shell, "input", Tensor(input));
        foreach (var output in model.Outputs)
            Fact(shell, "output", Tensor(output));
        Fact(shell, "image", Image(model.Input));
        Fact(shell, "logit", $"{model.Output.Logit}{Why(model, "output.logit")}");
        Fact(shell, "activation", $"{model.Output.Activation}{Why(model, "output.activation")}");
        Fact(
            shell,
            "classes",
            model.Classes == 0 ? $"none: the output is a {model.Output.Kind}"
                : model.Labels > 0 ? $"{model.Classes}, with labels"
                : $"{model.Classes}, without labels"
        );
        foreach (var target in model.Targets)
            Fact(shell, "target", $"{target.Output} ({target.Kind}): {string.Join("  ", target.Forms)}");
        Fact(shell, "layer", model.Layer is { } layer ? $"{layer.Name} ({layer.Reason})" : $"none{Why(model, "layer")}");

        Section(
            shell,
            "Candidate layers, from input to output",
            ["layer", "operator", "channels×rows×columns", "layout"],
            model.Layers.Select(l =>
                new[]
                {
                    l.Name,
                    l.Operator,
                    string.Join('×', l.Shape),
                    l.Tokens is { } t && t.Leading + t.Trailing > 0 ? $"{l.Layout}, further tokens: {t.Leading + t.Trailing}" : l.Layout,
                }
            )
        );
        Section(
            shell,
            "Methods",
            ["method", "supported", "why not"],
            model.Methods.Select(m => new[] { m.Method, m.Supported ? "yes" : "no", m.Reason ?? "" })
        );
        Section(
            shell,
            "Gradients, operators from input to logit",
            ["operator", "nodes", "gradient", "first node"],
            gradients.Select(g => new[] { g.Operator, $"{g.Count}", GradientKindTable.NameOf(g.Gradient), g.Node })
        );
        Section(
            shell,
            "Not configured, so guessed",
            ["what", "value", "reason"],
            model.Guesses.Select(g => new[] { g.What, g.Value, g.Reason })
        );
    }

    private static void Fact(Shell shell, string name, string value) => shell.Out.WriteLine($"{name, -12}{value}");

    private static void Section(Shell shell, string title, string[] headers, IEnumerable<string[]> rows)
    {
        var lines = rows.ToArray();
        if (lines.Length == 0)
            return;
        shell.Out.WriteLine();
        shell.Out.WriteLine(title);
        Columns.Write(shell, headers, lines);
    }

    private static string Tensor(TensorInfo tensor) =>
        $"{tensor.Name} {tensor.DataType} [{string.Join(", ", tensor.Shape.Select(d => d < 0 ? "any" : $"{d}"))}]";

    private static string Image(InputDocument input)
    {
        var fit = input.ResizeTo is { } side ? $"{input.Fit} after the shorter side is made {side}" : input.Fit;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{input.Layout} {input.Color} {input.Width}×{input.Height}, {fit}, {input.Interpolation}, "
                + $"(pixel × {input.Scale:0.######} − {List(input.Mean)}) / {List(input.Std)}"
        );
    }

    private static string List(IReadOnlyList<float> values) =>
        $"[{string.Join(", ", values.Select(v => v.ToString("0.###", CultureInfo.InvariantCulture)))}]";

    private static string Why(ModelDocument model, string what) =>
        model.Guesses.FirstOrDefault(g => g.What == what) is { } guess ? $" ({guess.Reason})" : "";
}
