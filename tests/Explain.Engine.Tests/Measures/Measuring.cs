using Explain.Autodiff.Graphs;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Measures;
using Explain.Engine.Methods.Options;
using Explain.Engine.Models;
using Explain.Engine.Objectives;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Measures;

/// <summary>Maps that are measured: made up, or explained; and a net whose scores are known without running it.</summary>
internal static class Measuring
{
    public const int Side = 4;
    public const int Pixels = Side * Side;

    /// <summary>Class 0 has the sum of weights times the image [1, 3, 4, 4], class 1 its opposite.</summary>
    public static TinyGraph Linear(float[] image, float[] weights) =>
        new TinyGraph()
            .Input("x", Tensor.Of([1, 3, Side, Side], [.. image.Select(v => (double)v)]))
            .Weight("w", Tensor.Of([1, 3, Side, Side], [.. weights.Select(v => (double)v)]))
            .Node("Mul", "x w", "m")
            .Node("Identity", "m", "l")
            .Ints("axes", 1, 2, 3)
            .Node("ReduceSum", "l axes", "s", Attributes.Of("keepdims", 0))
            .Ints("one", 1)
            .Node("Unsqueeze", "s one", "a")
            .Node("Neg", "a", "b")
            .Node("Concat", "a b", "scores", Attributes.Of("axis", 1))
            .Output("scores");

    public static LoadedModel WithScores(this TinyGraph net, string activation) =>
        net.Load(
            """{ "input": { "layout": "NCHW" }, "output": { "activation": "ACTIVATION" }, "layer": "l" }""".Replace(
                "ACTIVATION",
                activation,
                StringComparison.Ordinal
            )
        );

    /// <summary>What is found for a map that somebody made up.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">The image.</param>
    /// <param name="heat">The map as shown.</param>
    /// <param name="values">The raw map; null for the same.</param>
    /// <param name="compat">The convention.</param>
    /// <param name="again">The map of any other image; null for the same.</param>
    public static Faithfulness Of(
        Model model,
        FloatTensor input,
        float[] heat,
        float[]? values = null,
        Compat compat = Compat.None,
        float[]? again = null
    )
    {
        // No method knows all conventions.
        var plan = model.Plan(new ExplainParameters()) with
        {
            Parameters = new ExplainParameters { Options = new MethodOptions { Compat = compat } },
        };
        using var study = ExplainPlan.Study(
            [plan],
            input,
            [
                [new ClassObjective(Score.Logit, new Target(0))],
            ],
            RunContext.Alone(TestContext.Current.CancellationToken)
        );
        return FaithfulnessMeter.Measure(study, 0, 0, new MeasuredMap(heat, values ?? heat, true), _ => new MeasuredMap(
            again ?? heat,
            again ?? heat,
            true
        ));
    }

    /// <summary>What is found for the map of a method.</summary>
    public static Faithfulness Explained(LoadedModel loaded, FloatTensor input, ExplainParameters parameters)
    {
        var (width, height) = ((int)input.Shape[3], (int)input.Shape[2]);
        var plan = loaded.View.Plan(parameters with { Target = "0", Faithfulness = true });
        var image = new PreparedInput(input.Item(0), Geometry.Of(loaded.Description.Input, width, height));
        return GroupExplainer
            .Explain([plan], image, 1, RunContext.Alone(TestContext.Current.CancellationToken))
            .Explanations.Single()
            .Explanation.Faithfulness!;
    }
}
