using Explain.Engine;
using Explain.Engine.Inputs;
using Explain.Engine.Models;
using Explain.Engine.Parameters;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>An output of the explain route.</summary>
/// <param name="Name">Name.</param>
/// <param name="Part">What the engine must be asked for; null for what it always answers, which is sent when nothing is asked for.</param>
/// <param name="Take">Takes it from the answer.</param>
internal sealed record OutputRow(string Name, TensorParts? Part, Func<TensorAnswer, FloatTensor> Take);

/// <summary>An output that was asked for.</summary>
/// <param name="Row">Which.</param>
/// <param name="Binary">Whether it goes in the binary form.</param>
internal sealed record AskedOutput(OutputRow Row, bool Binary);

/// <summary>Turns a request into what the engine is asked, and names what it answers.</summary>
internal static class TensorQueries
{
    private const string TargetInput = "target";
    private const string CotangentInput = "cotangent";

    /// <summary>The outputs by name.</summary>
    private static readonly OutputRow[] Table =
    [
        new("logits", null, a => a.Logits),
        new("map", null, a => a.Map),
        new("heatmap", null, a => a.Heatmap),
        new("activations", TensorParts.Activations, a => a.Activations!),
        new("gradients", TensorParts.Gradients, a => a.Gradients!),
        new("score", TensorParts.Scores, a => a.Scores!),
    ];

    /// <summary>Names of the outputs.</summary>
    public static IEnumerable<string> OutputNames => Table.Select(o => o.Name);

    /// <summary>What the engine is asked.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/> or <see cref="ExplainError.InvalidParameter"/>.</exception>
    public static TensorQuery Query(InferRequest request, IReadOnlyList<AskedOutput> outputs, ModelDescription model)
    {
        var parameters = ParameterTable.Parse(ParameterScope.Tensor, request.Parameters).Explain;
        var own = model.Inputs.First(i => i.Name == model.Input.Name);
        if (request.Inputs.FirstOrDefault(i => model.Inputs.All(m => m.Name != i.Name) && i.Name is not (TargetInput or CotangentInput)) is { } unknown)
            throw Invalid($"the model has no input '{Short(unknown.Name)}'; allowed: {string.Join(", ", model.Inputs.Select(i => $"{i.Name} ({i.DataType})"))}, {TargetInput} (INT64), {CotangentInput} (FP32)");
        var tensor = request.Inputs.FirstOrDefault(i => i.Name == own.Name) ?? throw Invalid($"the input '{own.Name}' is missing");
        CheckShape(tensor, own);

        // An input of the model that is called like one of ours is the model's.
        var targets = request.Inputs.FirstOrDefault(i => i.Name == TargetInput && model.Inputs.All(m => m.Name != i.Name));
        var cotangent = request.Inputs.FirstOrDefault(i => i.Name == CotangentInput && model.Inputs.All(m => m.Name != i.Name));
        var named = request.Parameters.Any(p => p.Key == "target");
        if (targets is not null && (named || cotangent is not null) || cotangent is not null && named && !parameters.Target.TrimStart().StartsWith('{'))
            throw Invalid("give one of the parameter target, the input target and the input cotangent; beside the cotangent the parameter may name the output, {\"output\":\"name\"}");
        foreach (var perRow in new[] { targets, cotangent }.Where(t => t is not null && (t.Shape.Count == 0 || t.Shape[0] != tensor.Shape[0])))
            throw Invalid($"the input '{perRow!.Name}' needs {tensor.Shape[0]} rows, as '{own.Name}' has");
        if (targets is { Shape.Count: not 1 }) throw Invalid($"the input '{TargetInput}' must have the shape [{tensor.Shape[0]}]");
        return new TensorQuery(tensor.ToFloats(), parameters with { Inputs = Further(request, model) })
        {
            RowTargets = targets?.ToLongs(),
            Cotangent = cotangent?.ToFloats(),
            Parts = outputs.Aggregate(TensorParts.None, (parts, o) => parts | (o.Row.Part ?? TensorParts.None)),
        };
    }

    /// <summary>The tensors that were asked for, in that order; each with whether it goes in the binary form.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>: there is no such output.</exception>
    public static IReadOnlyList<AskedOutput> Outputs(InferRequest request)
    {
        var asked = request.Outputs ?? [.. Table.Where(o => o.Part is null).Select(o => new InferOutput(o.Name, null))];
        return [.. asked.Select(o => Table.FirstOrDefault(t => t.Name == o.Name) is { } row ? new AskedOutput(row, o.Binary ?? request.BinaryOutput)
            : throw Invalid($"there is no output '{Short(o.Name)}'; allowed: {string.Join(", ", OutputNames)}"))];
    }

    private static Dictionary<string, InputTensor> Further(InferRequest request, ModelDescription model)
    {
        var given = model.FurtherInputs.Join(request.Inputs, own => own.Name, tensor => tensor.Name, (own, tensor) => (own, tensor)).ToArray();
        foreach (var (own, tensor) in given)
            if (tensor.Datatype != own.DataType) throw Invalid($"input '{own.Name}': datatype {Short(tensor.Datatype)} is not accepted; the model's is {own.DataType}");
        return given.ToDictionary(g => g.own.Name, g => g.tensor.ToInput());
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
