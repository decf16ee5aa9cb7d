using Explain.Engine.Inputs;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Engine.Explaining;

/// <summary>Runs a model forward.</summary>
public static class Inference
{
    /// <summary>What the model computes, without an explanation.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">Items of its own input, [N, …].</param>
    /// <param name="inputs">Values of its inputs beside the image, by name.</param>
    /// <param name="outputs">Outputs of the graph, of float type, or the explained tensor.</param>
    /// <param name="run">On whose behalf.</param>
    /// <returns>One tensor for each output, [N, …].</returns>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public static Task<IReadOnlyList<FloatTensor>> RunAsync(
        ModelLease model,
        FloatTensor input,
        IReadOnlyDictionary<string, InputTensor> inputs,
        IReadOnlyList<string> outputs,
        RunContext run
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(run);
        run.Trace.Ask(RequestTrace.Nothing);
        var found = model.Model;
        return found.Loaded.Schedule.Threads.RunAsync(() => Measured(found, input, inputs, outputs, run), run.Cancellation);
    }

    private static IReadOnlyList<FloatTensor> Measured(
        Model model,
        FloatTensor input,
        IReadOnlyDictionary<string, InputTensor> inputs,
        IReadOnlyList<string> outputs,
        RunContext run
    )
    {
        using (new RunClock(run.Trace).Measure())
            return Run(model, input, inputs, outputs, run);
    }

    private static IReadOnlyList<FloatTensor> Run(
        Model model,
        FloatTensor input,
        IReadOnlyDictionary<string, InputTensor> inputs,
        IReadOnlyList<string> outputs,
        RunContext run
    )
    {
        TensorExplainer.CheckInput(model.Description, input);
        var items = (int)input.Shape[0];
        foreach (var output in outputs)
        {
            if (model.Graph.Type(output) is { Element: not DataType.Float })
                throw Invalid($"the output '{output}' holds no floats");
        }

        if (items > 1 && outputs.FirstOrDefault(o => OutputShape.Of(model.Sized, model.Description.Input.Name, o).Alone) is { } alone)
            throw Invalid($"the output '{alone}' has no batch axis; send one item a request");
        var bound = model.With(AuxiliaryInputs.Bind(model.Graph, model.Description, inputs, items));
        var parts = TensorExplainer.InParts(model, items, (first, count) =>
            Run(bound.Items(first, count), input.Items(first, count), outputs, run)
        );
        return [.. outputs.Select((name, o) => TensorExplainer.Joined(name, [.. parts.Select(p => p[o])]))];
    }

    private static FloatTensor[] Run(Model model, FloatTensor input, IReadOnlyList<string> outputs, RunContext run)
    {
        var explained = model.Description.Logit;
        using var pass = Passes.Forward(model, input, [.. outputs.Where(o => o != explained).Distinct()], run);
        return [.. outputs.Select(o => o == explained ? pass.Scores!.Copy() : pass.Activations[o].Copy())];
    }

    private static ExplainException Invalid(string message) => new(ExplainError.InvalidRequest, message);
}
