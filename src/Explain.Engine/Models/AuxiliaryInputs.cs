using System.Security.Cryptography;
using System.Text;
using Explain.Autodiff.Graphs;
using Explain.Engine.Inputs;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Models;

/// <summary>The values of a model's inputs beside the image, checked against the model.</summary>
internal sealed class AuxiliaryInputs
{
    /// <summary>Those of a model that has the image only.</summary>
    public static readonly AuxiliaryInputs None = new([]);

    private readonly Fed[] _fed;

    private AuxiliaryInputs(Fed[] fed)
    {
        _fed = fed;
    }

    /// <summary>Whether items differ in more than the image.</summary>
    public bool VaryByItem => _fed.Any(f => f.HasItems && f.Shape[0] > 1);

    /// <summary>A text that is another for other values; empty when there are none.</summary>
    public string Digest =>
        string.Join(
            '|',
            _fed.Select(f => $"{f.Name}:{string.Join('x', f.Shape)}:{Convert.ToHexStringLower(SHA256.HashData(Bytes(f.Values)))}")
        );

    /// <summary>Checks what was given.</summary>
    /// <param name="graph">The model's graph.</param>
    /// <param name="model">What is known of it.</param>
    /// <param name="given">Tensors by name.</param>
    /// <param name="items">Items of the image's input.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidParameter"/>: one is missing, unknown, or does not
    /// fit.</exception>
    public static AuxiliaryInputs Bind(Graph graph, ModelDescription model, IReadOnlyDictionary<string, InputTensor> given, int items)
    {
        var needed = model.AuxiliaryInputs;
        if (given.Keys.FirstOrDefault(name => needed.All(n => n.Name != name)) is { } unknown)
        {
            throw Invalid(
                $"the model has no further input '{Spelling.Shown(unknown)}'; "
                    + $"{(needed.Count > 0 ? $"it has {List(needed)}" : "it takes the image only")}"
            );
        }

        if (needed.Where(n => !given.ContainsKey(n.Name)).ToArray() is { Length: > 0 } missing)
            throw Invalid($"the model needs {List(missing)} beside the image; give each by its name with shape and data");
        return needed.Count == 0 ? None : new AuxiliaryInputs([.. needed.Select(n => Fit(graph, model, n, given[n.Name], items))]);
    }

    /// <summary>The values that belong to some items of the image's input.</summary>
    public AuxiliaryInputs Items(int first, int count) =>
        VaryByItem ? new([.. _fed.Select(f => f.HasItems && f.Shape[0] > 1 ? f.Items(first, count) : f)]) : this;

    /// <summary>What is fed for a batch: values of one item are repeated.</summary>
    /// <param name="items">Items of the batch.</param>
    public IEnumerable<KeyValuePair<string, RunTensor>> For(int items) => _fed.Select(f => KeyValuePair.Create(f.Name, f.Wrap(items)));

    /// <summary>How inputs are named in messages.</summary>
    public static string List(IEnumerable<TensorInfo> inputs) =>
        string.Join(", ", inputs.Select(i => $"'{i.Name}' {i.DataType} [{string.Join(", ", i.Shape)}]"));

    private static Fed Fit(Graph graph, ModelDescription model, TensorInfo declared, InputTensor given, int items)
    {
        // What the graph takes, which is float32 where the file has another precision.
        var type = ElementTypes.Find(DataTypeNames.Of(graph.Type(declared.Name)?.Element))
            ?? throw Invalid($"input '{declared.Name}' is {declared.DataType}, which cannot be fed");
        var hasItems = HasItems(graph.Type(declared.Name), graph.Type(model.Input.Name));
        var first = hasItems ? 1 : 0;
        var fits =
            graph.Type(declared.Name)?.Dims is null
            || (
                given.Shape.Count == declared.Shape.Count
                && given.Shape.Skip(first).Zip(declared.Shape.Skip(first)).All(d => d.Second < 0 ? d.First > 0 : d.First == d.Second)
            );
        if (!fits || given.Shape.Aggregate(1L, (a, b) => a * b) != given.Values.Length)
        {
            throw Invalid(
                $"input '{declared.Name}' has the shape [{string.Join(", ", given.Shape)}] and {given.Values.Length} values; the "
                    + $"model's is {List([declared])}, -1 where variable"
            );
        }

        if (hasItems && given.Shape[0] != 1 && given.Shape[0] != items)
        {
            throw Invalid(
                $"input '{declared.Name}' has {given.Shape[0]} items; allowed: "
                    + $"1{(items > 1 ? $" or {items}, as the image's input has" : "")}"
            );
        }

        try
        {
            return new Fed(declared.Name, type, [.. given.Shape], type.Convert(given.Values), hasItems);
        }
        catch (FormatException e)
        {
            throw Invalid($"input '{declared.Name}' is {declared.DataType}: {e.Message}");
        }
    }

    // The first axis is the batch when the graph says so, or does not say what else it is and there are more axes behind it.
    private static bool HasItems(TensorType? type, TensorType? image) =>
        type?.Dims is { Count: > 0 } dims
        && image?.Dims is { Count: > 0 } own
        && (dims[0].SameAs(own[0]) || (dims[0].Size is null && dims.Count > 1));

    private static byte[] Bytes(Array values)
    {
        var text = new StringBuilder();
        foreach (var value in values)
            text.Append(FormattableString.Invariant($"{value},"));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static ExplainException Invalid(string message) => ExplainException.Parameter("inputs", message);

    private sealed record Fed(string Name, ElementType Type, long[] Shape, Array Values, bool HasItems)
    {
        public Fed Items(int first, int count)
        {
            var length = Values.Length / (int)Shape[0];
            var part = Array.CreateInstance(Values.GetType().GetElementType()!, count * length);
            Array.Copy(Values, first * length, part, 0, part.Length);
            return this with { Shape = [count, .. Shape[1..]], Values = part };
        }

        public RunTensor Wrap(int items)
        {
            if (!HasItems || Shape[0] == items)
                return RunTensor.Owning(Type.Wrap(Values, Shape));
            var repeated = Array.CreateInstance(Values.GetType().GetElementType()!, items * Values.Length);
            for (var n = 0; n < items; n++)
                Array.Copy(Values, 0, repeated, n * Values.Length, Values.Length);
            return RunTensor.Owning(Type.Wrap(repeated, [items, .. Shape[1..]]));
        }
    }
}
