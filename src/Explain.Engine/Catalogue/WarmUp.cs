using System.Numerics.Tensors;
using Explain.Autodiff.Rules;
using Explain.Engine.Images;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Scheduling;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Objectives;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Sampling;

namespace Explain.Engine.Catalogue;

/// <summary>
/// The first runs of a model. They open the session of the usual request and lay out its memory, for which no client should wait, and find
/// out whether items mind each other.
/// </summary>
internal static class WarmUp
{
    private static readonly RunContext Nobody = RunContext.Alone(CancellationToken.None);

    // What differs by more is not the rounding of another order of sums.
    private const float Rounding = 1e-3f;

    /// <summary>Runs a model that was just loaded.</summary>
    /// <param name="loaded">The model.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.MethodNotSupported"/>: ONNX Runtime cannot run it.</exception>
    public static void Run(LoadedModel loaded)
    {
        var (model, description) = (loaded.View, loaded.Description);
        // Nothing is known of what the other inputs may hold.
        if (description.AuxiliaryInputs.Count > 0)
            return;
        var layer = description.Layer is { } own && Requirement.LayerGradient.WhyNot(model, own) is null ? own : null;
        var items = model.BatchSize ?? 1;
        using var first = Run(model, layer, Noise(description, items, 0));
        if (model.BatchSize is not null || model.Shape.Varies)
            return;
        using var second = Run(model, layer, Noise(description, 1, 1));
        try
        {
            using var both = Run(model, layer, FloatTensor.Join([Noise(description, 1, 0), Noise(description, 1, 1)]));
            if (both.Split([1, 1]) is { } parts && Same(parts[0], first) && Same(parts[1], second))
                loaded.AllowJoining();
        }
        catch (ExplainException e) when (e.Error == ExplainError.MethodNotSupported)
        {
            // The graph says that any number of items will do, and is made for one.
        }
    }

    private static Pass Run(Model model, string? layer, FloatTensor input)
    {
        if (layer is null || model.Description.Classes == 0)
            return Passes.Forward(model, input, layer is null ? [] : [layer], Nobody);
        var objectives = Enumerable.Repeat(new ClassObjective(Score.Logit, Target.Predicted), (int)input.Shape[0]).ToArray();
        return Passes.Backward(model, input, [layer], objectives, GradientRules.Plain, Nobody);
    }

    private static bool Same(Pass part, Pass alone) =>
        Same(part.Scores!, alone.Scores!)
        && part.Activations.All(a => Same(a.Value, alone.Activations[a.Key]))
        && part.Gradients.All(g => Same(g.Value, alone.Gradients[g.Key]));

    private static bool Same(RunTensor part, RunTensor alone) =>
        part.Values.Length == alone.Values.Length
        && TensorPrimitives.Distance(part.Values, alone.Values) <= Rounding * TensorPrimitives.Norm(alone.Values);

    private static FloatTensor Noise(ModelDescription description, int items, ulong seed)
    {
        var input = description.Input;
        var shape = description.Inputs.Single(i => i.Name == input.Name).Shape.ToArray();
        var (channels, height, width) = input.Layout == TensorLayout.Nchw ? (1, 2, 3) : (3, 1, 2);
        (shape[0], shape[channels], shape[height], shape[width]) = (items, input.Mean.Count, input.Height, input.Width);
        var random = new RandomStream(seed);
        return new FloatTensor(
            shape,
            [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)random.NextGaussian())]
        );
    }
}
