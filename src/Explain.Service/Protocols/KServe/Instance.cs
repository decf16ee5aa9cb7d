using System.Text.Json;
using Explain.Engine.Models.Reading;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Protocols.KServe;

/// <summary>One thing to predict or explain.</summary>
/// <param name="Image">An encoded image; null for numbers.</param>
/// <param name="Numbers">One item of the model's own input, [1, …]; null for an image.</param>
/// <param name="Parameters">The request's, with those of the instance in their place.</param>
internal sealed record Instance(ReadOnlyMemory<byte>? Image, FloatTensor? Numbers, RequestParameters Parameters);

/// <summary>Reads instances in the forms that KServe's clients send.</summary>
internal static class Instances
{
    private const string Forms =
        """{"image":{"b64":"…"}}, {"b64":"…"}, {"image_bytes":{"b64":"…"}}, {"data":"…"} or the numbers of the model's own input, nested""";
    private static readonly string[] Carriers = ["image", "image_bytes", "b64", "data"];

    /// <summary>Reads one.</summary>
    /// <param name="instance">What the list holds.</param>
    /// <param name="index">Where.</param>
    /// <param name="model">The model.</param>
    /// <param name="scope">Which parameters there are.</param>
    /// <param name="shared">Parameters of the request.</param>
    /// <exception cref="ExplainException">
    /// <see cref="ExplainError.InvalidRequest"/> or <see cref="ExplainError.InvalidParameter"/>.
    /// </exception>
    public static Instance Read(
        JsonElement instance,
        int index,
        ModelDescription model,
        ParameterScope scope,
        IReadOnlyList<KeyValuePair<string, string>> shared
    )
    {
        if (instance.ValueKind == JsonValueKind.Array)
            return new Instance(null, Item(instance, index, model), ParameterTable.Parse(scope, shared));
        if (instance.ValueKind != JsonValueKind.Object)
            throw Invalid(index, $"is neither an image nor numbers; allowed: {Forms}");
        var members = instance.EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        var carriers = members.Keys.Intersect(Carriers).ToArray();
        if (carriers.Length != 1)
            throw Invalid(index, $"has {(carriers.Length == 0 ? "no image" : string.Join(" and ", carriers))}; allowed: {Forms}");
        var own = RequestBody.Parameters(members.Where(m => m.Key != carriers[0]));
        // What the instance says of itself goes before what the request says of all.
        KeyValuePair<string, string>[] all = [.. shared.Where(p => own.All(o => o.Key != p.Key)), .. own];
        var content = members[carriers[0]];
        if (content.ValueKind == JsonValueKind.Array && carriers[0] == "data")
            return new Instance(null, Item(content, index, model), ParameterTable.Parse(scope, all));
        return new Instance(Image(content, index, carriers[0]), null, ParameterTable.Parse(scope, all));
    }

    private static byte[] Image(JsonElement content, int index, string carrier)
    {
        if (content.ValueKind == JsonValueKind.Object && content.TryGetProperty("b64", out var inner))
            content = inner;
        return Base64Text.Decode(content) is { Length: > 0 } bytes ? bytes : throw Invalid(index, $"'{carrier}' holds no image in base64");
    }

    // Items are compared with the model's own shape: numbers in another order would be another image.
    private static FloatTensor Item(JsonElement numbers, int index, ModelDescription model)
    {
        var declared = model.Inputs.First(i => i.Name == model.Input.Name).Shape;
        var shape = new List<long>();
        for (var level = numbers; level.ValueKind == JsonValueKind.Array; level = level[0])
        {
            shape.Add(level.GetArrayLength());
            if (shape[^1] == 0)
                throw Invalid(index, "holds an empty list");
        }
        if (shape.Count != declared.Count - 1 || shape.Zip(declared.Skip(1)).Any(d => d.Second >= 0 && d.First != d.Second))
        {
            throw Invalid(
                index,
                $"has the shape [{string.Join(", ", shape)}]; an item of '{model.Input.Name}' has [{string.Join(", ", declared.Skip(1))}]"
            );
        }

        var values = new List<float>();
        Collect(numbers, 0);
        return new FloatTensor([1, .. shape], [.. values]);

        void Collect(JsonElement element, int depth)
        {
            if (depth == shape.Count)
            {
                values.Add(
                    element.ValueKind == JsonValueKind.Number && element.TryGetSingle(out var value) && float.IsFinite(value)
                        ? value
                        : throw Invalid(index, $"value {values.Count} is no number")
                );
                return;
            }
            if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() != shape[depth])
                throw Invalid(index, "is nested unevenly");
            foreach (var item in element.EnumerateArray())
                Collect(item, depth + 1);
        }
    }

    private static ExplainException Invalid(int index, string message) => new(ExplainError.InvalidRequest, $"instance {index} {message}");
}
