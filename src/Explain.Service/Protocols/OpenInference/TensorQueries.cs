using Explain.Engine;
using Explain.Engine.Models;
using Explain.Engine.Parameters;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>Turns a request into what the engine is asked, and names what it answers.</summary>
internal static class TensorQueries
{
    private const string TargetInput = "target";
    private const string CotangentInput = "cotangent";

    /// <summary>The outputs by name, and whether they are sent without being asked for.</summary>
    private static readonly (string Name, bool Usual, Func<TensorAnswer, FloatTensor> Take)[] Table =
    [
        ("logits", true, a => a.Logits),
        ("map", true, a => a.Map),
        ("heatmap", true, a => a.Heatmap),
        ("activations", false, a => a.Activations),
        ("gradients", false, a => a.Gradients ?? throw new ExplainException(ExplainError.MethodNotSupported, "the method takes no gradient: there is no output 'gradients'")),
    ];

    /// <summary>Names of the outputs.</summary>
    public static IEnumerable<string> OutputNames => Table.Select(o => o.Name);

    /// <summary>What the engine is asked.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/> or <see cref="ExplainError.InvalidParameter"/>.</exception>
    public static TensorQuery Query(InferRequest request, ModelDescription model)
    {
        var parameters = ParameterTable.Parse(ParameterScope.Tensor, request.Parameters).Explain;
        var own = model.Inputs.First(i => i.Name == model.Input.Name);
        if (request.Inputs.FirstOrDefault(i => i.Name != own.Name && i.Name is not (TargetInput or CotangentInput)) is { } unknown)
            throw Invalid($"the model has no input '{Short(unknown.Name)}'; allowed: {own.Name} (FP32), {TargetInput} (INT64), {CotangentInput} (FP32)");
        var tensor = request.Inputs.FirstOrDefault(i => i.Name == own.Name) ?? throw Invalid($"the input '{own.Name}' is missing");
        CheckShape(tensor, own);

        var targets = request.Inputs.FirstOrDefault(i => i.Name == TargetInput && i != tensor);
        var cotangent = request.Inputs.FirstOrDefault(i => i.Name == CotangentInput && i != tensor);
        var ways = (targets is null ? 0 : 1) + (cotangent is null ? 0 : 1) + (request.Parameters.Any(p => p.Key == "target") ? 1 : 0);
        if (ways > 1) throw Invalid("give one of the parameter target, the input target and the input cotangent");
        foreach (var perRow in new[] { targets, cotangent }.Where(t => t is not null && (t.Shape.Count == 0 || t.Shape[0] != tensor.Shape[0])))
            throw Invalid($"the input '{perRow!.Name}' needs {tensor.Shape[0]} rows, as '{own.Name}' has");
        if (targets is { Shape.Count: not 1 }) throw Invalid($"the input '{TargetInput}' must have the shape [{tensor.Shape[0]}]");
        return new TensorQuery(tensor.ToFloats(), parameters) { RowTargets = targets?.ToLongs(), Cotangent = cotangent?.ToFloats() };
    }

    /// <summary>The tensors that were asked for, in that order; each with whether it goes in the binary form.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>: there is no such output.</exception>
    public static IReadOnlyList<(string Name, bool Binary, Func<TensorAnswer, FloatTensor> Take)> Outputs(InferRequest request)
    {
        var asked = request.Outputs ?? [.. Table.Where(o => o.Usual).Select(o => new InferOutput(o.Name, null))];
        return [.. asked.Select(o => (o.Name, o.Binary ?? request.BinaryOutput,
            Table.FirstOrDefault(t => t.Name == o.Name).Take ?? throw Invalid($"there is no output '{Short(o.Name)}'; allowed: {string.Join(", ", OutputNames)}")))];
    }

    // The first axis is the batch, which the engine can split.
    private static void CheckShape(InferTensor tensor, TensorInfo own)
    {
        var fits = tensor.Shape.Count == own.Shape.Count && tensor.Shape.Count > 0 && tensor.Shape[0] > 0
            && tensor.Shape.Zip(own.Shape).Skip(1).All(d => d.Second < 0 ? d.First > 0 : d.First == d.Second);
        if (!fits) throw Invalid($"input '{own.Name}': the shape [{string.Join(", ", tensor.Shape)}] does not fit; the model's is [{string.Join(", ", own.Shape)}], -1 where variable");
    }

    private static string Short(string name) => name.Length <= 60 ? name : name[..60];

    private static ExplainException Invalid(string message) => new(ExplainError.InvalidRequest, message);
}
