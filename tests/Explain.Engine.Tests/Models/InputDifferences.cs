using Explain.Autodiff.Rules;
using Explain.Engine.Models;
using Explain.Engine.Objectives;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Tensor = Explain.Testing.Tensor;

namespace Explain.Engine.Tests.Models;

/// <summary>
/// Checks the gradient of a model's best score with respect to the whole input against finite differences through ONNX Runtime.
/// </summary>
internal static class InputDifferences
{
    private const double Tolerance = 0.01;

    // As shares of the score.
    private static readonly double[] Steps = [4e-5, 2e-4, 1e-3, 5e-3];

    /// <summary>Moves the input along the gradient and along its signs.</summary>
    public static void Check(Model model, FloatTensor image, string name, ITestOutputHelper output)
    {
        var (input, at) = (model.Description.Input.Name, new Tensor([.. image.Shape], Array.ConvertAll(image.Values, v => (double)v)));
        Assert.Empty(model.Description.MissingGradients);
        using var pass = Passes.Backward(
            model,
            image,
            [input],
            [new ClassObjective(Score.Logit, Target.Predicted)],
            GradientRules.Plain,
            RunContext.Alone(TestContext.Current.CancellationToken)
        );
        var gradient = at with { Values = Array.ConvertAll(pass.Gradients[input].Copy().Values, v => (double)v) };
        var scores = pass.Scores!.Item(0).ToArray();
        var best = Array.IndexOf(scores, scores.Max());
        // Along the gradient the score rises fastest, so that what single precision loses weighs least; the signs alone are another
        // direction.
        foreach (
            var (way, direction) in new[]
            {
                ("the gradient", gradient),
                ("its signs", gradient with { Values = Array.ConvertAll(gradient.Values, v => (double)Math.Sign(v)) }),
            }
        )
        {
            var slope = gradient.Dot(direction);
            // A small step drowns in rounding, with a large one many places change from one largest value to another: one between must
            // agree.
            var apart = new List<double>();
            foreach (var step in Steps.Select(s => s * Math.Abs(scores[best]) / slope))
            {
                apart.Add(Math.Abs((At(step) - At(-step)) / (2 * step) / slope - 1));
                if (apart[^1] < Tolerance)
                    break;
            }
            output.WriteLine(
                $"{name}, along {way}: gradient {slope:G6}, differences apart by {string.Join(", ", apart.Select(a => $"{a:E1}"))}"
            );
            Assert.InRange(apart[^1], 0, Tolerance);

            double At(double by)
            {
                var moved = at with { Values = [.. at.Values.Zip(direction.Values, (v, d) => v + by * d)] };
                using var forward = Passes.Forward(model, moved.ToEngine(), [], RunContext.Alone(TestContext.Current.CancellationToken));
                return forward.Scores!.Item(0)[best];
            }
        }
    }
}
