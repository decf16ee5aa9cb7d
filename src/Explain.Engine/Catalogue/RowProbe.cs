using System.Numerics.Tensors;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rules;
using Explain.Engine.Images;
using Explain.Engine.Inputs;
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
/// Tries whether batch items mind each other: two items alone, and both in one run. They are of very different size, so that whatever one
/// shares with the other (a maximum, a mean, a scale) is another number; what such numbers are only compared with is read off the graph.
/// </summary>
/// <param name="loaded">The model.</param>
/// <param name="layer">The layer that is compared, too, with the gradient; null for scores only.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class RowProbe(LoadedModel loaded, string? layer, CancellationToken cancellation)
{
    // What differs by more is not the rounding of another order of sums.
    private const float Rounding = 1e-3f;

    // The first item is faint and nowhere negative; the second one is far below it in the mean, and far around that.
    private const float Faint = 0.05f;
    private const float Spread = 30;
    private const float Shift = -15;

    private readonly RunContext _nobody = RunContext.Alone(cancellation);

    /// <summary>Runs the model and says what was found.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.MethodNotSupported"/>: ONNX Runtime cannot run it.</exception>
    public RowFinding Run()
    {
        var model = loaded.View;
        var further = model.Description.AuxiliaryInputs;
        if (further.Count == 0)
            return Try(model);
        foreach (var value in new[] { 0f, 1f })
        {
            try
            {
                return Try(model.With(AuxiliaryInputs.Bind(model.Graph, model.Description, Filled(further, value), 1)));
            }
            catch (ExplainException e) when (e.InnerException is not NotSupportedException)
            {
                // Nothing is known of what these inputs may hold.
            }
        }
        return RowFinding.Apart($"the model could not be tried: it is not known what {AuxiliaryInputs.List(further)} may hold");
    }

    private RowFinding Try(Model model)
    {
        var (description, places) = (model.Description, model.DeclaredBatch ?? 1);
        var faint = Item(description, 0, random => Faint * (float)random.NextDouble());
        using var first = Run(model, Repeated(faint, places));
        if (model.DeclaredBatch == 1)
            return RowFinding.Together;
        if (model.Shape.Alone || model.Shape.Varies)
            return RowFinding.Apart($"the shape of '{description.Logit}' depends on what the image shows, or is that of one image");
        string[] outputs =
        [
            .. description
                .Explainable.Select(o => o.Name)
                .Where(o => OutputShape.Of(model.Sized, description.Input.Name, o) is { Alone: false, Varies: false }),
        ];
        if (RowMixing.Find(model.Sized, description.Input.Name, outputs) is { } node)
        {
            return RowFinding.Apart($"{OperatorName.WithNode(node)} computes from all items of a batch together");
        }
        try
        {
            return Compared(model, outputs, faint, Item(description, 1, r => Spread * (float)r.NextGaussian() + Shift), first);
        }
        catch (ExplainException e) when (e.Error == ExplainError.InvalidRequest)
        {
            // The model may take pixels alone: numbers that are not negative.
            return Compared(model, outputs, faint, Item(description, 1, r => (float)r.NextDouble()), first);
        }
    }

    private RowFinding Compared(Model model, string[] outputs, FloatTensor faint, FloatTensor strong, Pass first)
    {
        var places = model.DeclaredBatch ?? 1;
        var both = FloatTensor.Join([.. Enumerable.Range(0, Math.Max(places, 2)).Select(n => n % 2 == 0 ? faint : strong)]);
        using var second = Run(model, Repeated(strong, places));
        try
        {
            using var together = Run(model, both);
            return Same(together, first, second) && SameOutputs(model, outputs, faint, strong, both)
                ? RowFinding.Together
                : RowFinding.Apart("an image gives other values alone than beside another one: the model computes from both together");
        }
        catch (ExplainException e) when (e.Error == ExplainError.MethodNotSupported && places == 1)
        {
            return RowFinding.Apart("the batch axis has a name, but the shapes inside are made for one image");
        }
    }

    // Of the outputs that are not made of the explained one.
    private bool SameOutputs(Model model, string[] outputs, FloatTensor faint, FloatTensor strong, FloatTensor both)
    {
        var (logit, image) = (model.Description.Logit, model.Description.Input.Name);
        string[] further = [.. outputs.Where(o => o != logit && Paths.Around(model.Graph, image, o, logit))];
        if (further.Length == 0)
            return true;
        var places = model.DeclaredBatch ?? 1;
        using var first = Passes.Forward(model, Repeated(faint, places), further, _nobody);
        using var second = Passes.Forward(model, Repeated(strong, places), further, _nobody);
        using var pass = Passes.Forward(model, both, further, _nobody);
        return Same(pass, first, second);
    }

    private Pass Run(Model model, FloatTensor input)
    {
        if (layer is null || model.Description.Classes == 0)
            return Passes.Forward(model, input, layer is null ? [] : [layer], _nobody);
        var objectives = Enumerable.Repeat(new ClassObjective(Score.Logit, Target.Predicted), (int)input.Shape[0]).ToArray();
        return Passes.Backward(model, input, [layer], objectives, GradientRules.Plain, _nobody);
    }

    private static bool Same(Pass both, Pass first, Pass second)
    {
        if (both.Split([.. Enumerable.Repeat(1, both.Scores!.ItemCount)]) is not { } parts)
            return false;
        var same = Same(parts[0], first) && Same(parts[1], second);
        foreach (var part in parts)
            part.Dispose();
        return same;
    }

    private static bool Same(Pass part, Pass alone) =>
        Same(part.Scores!, alone.Scores!)
        && part.Activations.All(a => Same(a.Value, alone.Activations[a.Key]))
        && part.Gradients.All(g => Same(g.Value, alone.Gradients[g.Key]));

    // Of an item alone there may be copies.
    private static bool Same(RunTensor part, RunTensor alone) =>
        part.Shape.Skip(1).SequenceEqual(alone.Shape.Skip(1))
        && TensorPrimitives.Distance(part.Values, alone.Item(0)) <= Rounding * TensorPrimitives.Norm(alone.Item(0));

    private static FloatTensor Repeated(FloatTensor item, int places) => FloatTensor.Join([.. Enumerable.Repeat(item, places)]);

    private static FloatTensor Item(ModelDescription description, ulong seed, Func<RandomStream, float> next)
    {
        var input = description.Input;
        var shape = description.Inputs.Single(i => i.Name == input.Name).Shape.ToArray();
        var (channels, height, width) = input.Layout == TensorLayout.Nchw ? (1, 2, 3) : (3, 1, 2);
        (shape[0], shape[channels], shape[height], shape[width]) = (1, input.Channels, input.Height, input.Width);
        var random = new RandomStream(seed);
        return new FloatTensor(shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => next(random))]);
    }

    private static Dictionary<string, InputTensor> Filled(IEnumerable<TensorInfo> inputs, float value) =>
        inputs.ToDictionary(
            i => i.Name,
            i =>
            {
                long[] shape = [.. i.Shape.Select(d => Math.Max(d, 1))];
                return new InputTensor(shape, Enumerable.Repeat(value, (int)shape.Aggregate(1L, (a, b) => a * b)).ToArray());
            }
        );
}
