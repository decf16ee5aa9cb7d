using Explain.Engine.Explaining;
using Explain.Engine.Inputs;
using Explain.Engine.Models.Reading;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>An output of the explain route.</summary>
/// <param name="Name">Name.</param>
/// <param name="Part">What the engine must be asked for; null for what it always answers, which is sent when nothing is asked for.</param>
/// <param name="Take">Takes it from the answer.</param>
internal sealed record OutputRow(string Name, TensorParts? Part, Func<TensorAnswer, FloatTensor> Take);

/// <summary>An output that was asked for.</summary>
/// <param name="Name">Name.</param>
/// <param name="Row">Which part of an explanation; null for an output of the model's own.</param>
/// <param name="Binary">Whether it goes in the binary form.</param>
internal sealed record AskedOutput(string Name, OutputRow? Row, bool Binary);

/// <summary>Turns a request into what the engine is asked, and names what it answers.</summary>
internal static class TensorQueries
{
    /// <summary>The input that takes encoded images.</summary>
    public const string Images = "image";

    private const string TargetInput = "target";
    private const string CotangentInput = "cotangent";

    /// <summary>The outputs by name.</summary>
    // csharpier-ignore
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

    /// <summary>
    /// The model's outputs, and the explained tensor where none of them holds floats: a class number alone is no answer that can be sent.
    /// </summary>
    public static IReadOnlyList<TensorInfo> OwnOutputs(ModelDescription model) =>
        model.Outputs.Any(o => o.DataType == InferTensor.Floats)
            ? model.Outputs
            : [.. model.Outputs, new TensorInfo(model.Logit, InferTensor.Floats, [-1, .. model.Explainable[0].Extents])];

    /// <summary>What the items of a request are made of: the model's own tensor, or images.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>.</exception>
    private static InferTensor Items(InferRequest request, ModelDescription model)
    {
        var own = model.Inputs.First(i => i.Name == model.Input.Name);
        var images = request.Inputs.FirstOrDefault(i => IsImages(i, model));
        if (
            request.Inputs.FirstOrDefault(i =>
                i != images && model.Inputs.All(m => m.Name != i.Name) && i.Name is not (TargetInput or CotangentInput)
            ) is
            { } unknown
        )
        {
            throw Invalid(
                $"the model has no input '{Short(unknown.Name)}'; allowed: "
                    + $"{string.Join(", ", model.Inputs.Select(i => $"{i.Name} ({i.DataType})"))}, {Images} (BYTES), {TargetInput} "
                    + $"(INT64), {CotangentInput} (FP32)"
            );
        }

        var tensor = request.Inputs.FirstOrDefault(i => i != images && i.Name == own.Name);
        if (tensor is not null && images is not null)
            throw Invalid($"give one of the inputs '{own.Name}' ({own.DataType}) and '{images.Name}' (BYTES)");
        if (images is not null)
            CheckImages(images, model);
        else
            CheckOwn(tensor ?? throw Invalid($"the input '{own.Name}' ({own.DataType}) or '{Images}' (BYTES) is missing"), own);
        return images ?? tensor!;
    }

    /// <summary>What is asked, but for the items themselves.</summary>
    /// <param name="request">The request.</param>
    /// <param name="model">The model.</param>
    /// <param name="explain">Whether an explanation is what is usually wanted, or the model's outputs.</param>
    /// <exception cref="ExplainException">
    /// <see cref="ExplainError.InvalidRequest"/> or <see cref="ExplainError.InvalidParameter"/>.
    /// </exception>
    public static TensorQuestion Question(InferRequest request, ModelDescription model, bool explain)
    {
        var (outputs, tensor) = (Outputs(request, model, explain), Items(request, model));
        var items = tensor.Shape[0];
        var parameters = ParameterTable.Parse(ParameterScope.Tensor, request.Parameters).Explain;
        // An input of the model that is called like one of ours is the model's.
        var targets = request.Inputs.FirstOrDefault(i => i.Name == TargetInput && model.Inputs.All(m => m.Name != i.Name));
        var cotangent = request.Inputs.FirstOrDefault(i => i.Name == CotangentInput && model.Inputs.All(m => m.Name != i.Name));
        var named = request.Parameters.Any(p => p.Key == "target");
        if (
            (targets is not null && (named || cotangent is not null))
            || (cotangent is not null && named && !parameters.Target.TrimStart().StartsWith('{'))
        )
        {
            throw Invalid(
                "give one of the parameter target, the input target and the input cotangent; beside the cotangent the parameter may name "
                    + "the output, {\"output\":\"name\"}"
            );
        }

        foreach (var perItem in new[] { targets, cotangent }.Where(t => t is not null && (t.Shape.Count == 0 || t.Shape[0] != items)))
            throw Invalid($"the input '{perItem!.Name}' needs {items} items, as '{model.Input.Name}' has");
        if (targets is { Shape.Count: not 1 })
            throw Invalid($"the input '{TargetInput}' must have the shape [{items}]");
        var (classes, weights, further) = (targets?.ToLongs(), cotangent?.ToFloats(), Auxiliary(request, model));
        var parts = outputs.Aggregate(TensorParts.None, (parts, o) => parts | (o.Row?.Part ?? TensorParts.None));
        return new TensorQuestion(tensor, outputs, parameters with { Inputs = further }, classes, weights, parts);
    }

    /// <summary>The tensors that were asked for, in that order; each with whether it goes in the binary form.</summary>
    /// <param name="request">The request.</param>
    /// <param name="model">The model.</param>
    /// <param name="explain">Whether an explanation is what is usually wanted, or the model's outputs.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>: there is no such output.</exception>
    private static IReadOnlyList<AskedOutput> Outputs(InferRequest request, ModelDescription model, bool explain)
    {
        var usual = explain
            ? Table.Where(o => o.Part is null).Select(o => o.Name)
            : OwnOutputs(model).Where(o => o.DataType == InferTensor.Floats).Select(o => o.Name);
        var asked = request.Outputs ?? [.. usual.Select(name => new InferOutput(name, null))];
        return [.. asked.Select(o => new AskedOutput(o.Name, Row(o.Name, model, explain), o.Binary ?? request.BinaryOutput))];
    }

    // Where both have the name, each route means its own.
    private static OutputRow? Row(string name, ModelDescription model, bool explain)
    {
        var (row, own) = (Table.FirstOrDefault(t => t.Name == name), OwnOutputs(model).Any(o => o.Name == name));
        if (row is null && !own)
        {
            throw Invalid(
                $"there is no output '{Short(name)}'; allowed: "
                    + $"{string.Join(", ", OwnOutputs(model).Select(o => o.Name).Concat(OutputNames).Distinct())}"
            );
        }

        return own && !explain ? null : row;
    }

    private static bool IsImages(InferTensor tensor, ModelDescription model) =>
        tensor.Datatype == "BYTES"
        && (tensor.Name == model.Input.Name || (tensor.Name == Images && model.Inputs.All(i => i.Name != tensor.Name)));

    // As many as an own tensor of the largest body could have.
    private static void CheckImages(InferTensor images, ModelDescription model)
    {
        if (images.Shape is not ([> 0] or [> 0, 1]))
            throw Invalid($"input '{images.Name}': the shape must be [N] or [N, 1], N at least 1");
        var most = Math.Max(
            1,
            InferRequestReader.MaxBody / (sizeof(float) * (long)model.Input.Channels * model.Input.Height * model.Input.Width)
        );
        if (images.Shape[0] > most)
            throw Invalid($"input '{images.Name}': {images.Shape[0]} images are too many; at most {most} go into one request");
    }

    private static Dictionary<string, InputTensor> Auxiliary(InferRequest request, ModelDescription model)
    {
        var given = model
            .AuxiliaryInputs.Join(request.Inputs, own => own.Name, tensor => tensor.Name, (own, tensor) => (own, tensor))
            .ToArray();
        foreach (var (own, tensor) in given)
        {
            // Other precisions are computed in float32.
            RequireType(tensor, own, floats: own.DataType is "FP16" or "BF16" or "FP64");
        }

        return given.ToDictionary(g => g.own.Name, g => g.tensor.ToInput());
    }

    private static void RequireType(InferTensor tensor, TensorInfo own, bool floats)
    {
        if (tensor.Datatype != own.DataType && !(floats && tensor.Datatype == InferTensor.Floats))
        {
            throw Invalid(
                $"input '{own.Name}': datatype {Short(tensor.Datatype)} is not accepted; the model's is {own.DataType}"
                    + (floats && own.DataType != InferTensor.Floats ? $", and {InferTensor.Floats} is accepted" : "")
            );
        }
    }

    // The first axis is the batch, which the engine can split.
    private static void CheckOwn(InferTensor tensor, TensorInfo own)
    {
        RequireType(tensor, own, floats: true);
        var fits =
            tensor.Shape.Count == own.Shape.Count
            && tensor.Shape.Count > 0
            && tensor.Shape[0] > 0
            && tensor.Shape.Zip(own.Shape).Skip(1).All(d => d.Second < 0 ? d.First > 0 : d.First == d.Second);
        if (!fits)
        {
            throw Invalid(
                $"input '{own.Name}': the shape [{string.Join(", ", tensor.Shape)}] does not fit; the model's is "
                    + $"[{string.Join(", ", own.Shape)}], -1 where variable"
            );
        }
    }

    private static string Short(string name) => name.Length <= 60 ? name : name[..60];

    private static ExplainException Invalid(string message) => new(ExplainError.InvalidRequest, message);
}
