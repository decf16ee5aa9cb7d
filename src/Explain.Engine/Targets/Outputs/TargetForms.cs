using System.Globalization;
using System.Text.Json;
using Explain.Engine.Models.Reading;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Targets.Outputs;

/// <summary>A way to say which scalar of an output is explained.</summary>
/// <param name="Members">The members of the JSON object that it takes beside <c>output</c> and <c>axis</c>; the first one must be
/// there.</param>
/// <param name="Example">How it looks for an output, or null where it does not apply.</param>
/// <param name="Read">Makes the rule; throws <see cref="FormatException"/> with a message that continues "target: ".</param>
internal sealed record TargetForm(
    IReadOnlyList<string> Members,
    Func<OutputAxes, string?> Example,
    Func<TargetMembers, ImageReader, IOutputRule> Read
);

/// <summary>The ways to say which scalar of an output is explained.</summary>
internal static class TargetForms
{
    private const int MaxTokens = 4096;

    /// <summary>Every way; the first whose first member is there is the one that is meant.</summary>
    // csharpier-ignore
    public static IReadOnlyList<TargetForm> All { get; } =
    [
        new(["weights"], axes => axes.ClassAxis is { } axis ? $$"""{"output":{{Name(axes)}},"weights":[{{(axes.Extents[axis] < 0 ? "…" : $"{axes.Extents[axis]} numbers")}}]}""" : null,
            (members, _) => members.Nested("weights") is var (shape, weights) ? new WeightsRule(shape, weights) : throw new InvalidOperationException()),
        new(["tokens", "from"], axes => axes.Extents.Count == 2 ? $$"""{"output":{{Name(axes)}},"tokens":[0,…]}""" : null,
            (members, _) => new TokensRule(members.Places("tokens", MaxTokens), members.Place("from"))),
        new(["similarTo"], axes => axes.Count > 1 && axes.Extents.Count == 1 ? "{\"output\":" + Name(axes) + ",\"similarTo\":{\"image\":{\"b64\":\"…\"}}}" : null, Similarity),
        new(["region", "index"], axes => axes.Extents.Count == 3 ? $$"""{"output":{{Name(axes)}},"index":[0],"region":"predicted"}""" : null,
            (members, images) => new SelectionRule(members.Has("index") ? members.Index("index") : null, Region(members, images))),
        new(["index"], axes => axes.Extents.Count > 0 ? $$"""{"output":{{Name(axes)}},"index":[{{string.Join(',', axes.Extents.Select(_ => "0"))}}]}""" : null,
            (members, _) => new SelectionRule(members.Index("index"), null)),
        new([], axes => axes.Count == 1 ? "{\"output\":" + Name(axes) + "}" : null, (_, _) => new WholeRule()),
    ];

    /// <summary>What a request could say of an output.</summary>
    public static IEnumerable<string> For(OutputAxes axes) => All.Select(f => f.Example(axes)).OfType<string>();

    /// <summary>What a request could say of one of a model's outputs.</summary>
    public static IReadOnlyList<string> Of(ModelDescription model, ExplainableOutput output) =>
        [
            .. output.Kind == OutputKind.Classes ? ["predicted", "0", "top:3"] : Array.Empty<string>(),
            .. output.Known ? For(new OutputAxes(output.Name, output.Extents, model.Input.Layout == Images.TensorLayout.Nhwc)) : [],
        ];

    private static string Name(OutputAxes axes) => JsonSerializer.Serialize(axes.Output, Vocabulary.Json.Options);

    private static SimilarityRule Similarity(TargetMembers members, ImageReader images)
    {
        var to = members.Object("similarTo");
        if (to.Has("vector"))
        {
            var (_, vector) = to.Only("vector").Nested("vector");
            return new SimilarityRule("vector", _ => vector);
        }
        var bytes = to.Only("image").Object("image").Only("b64").Bytes("b64");
        return new SimilarityRule("image", model => images.Output(model, bytes));
    }

    private static IRegion Region(TargetMembers members, ImageReader images)
    {
        if (members.TryText("region") is { } name)
        {
            return name == "predicted"
                ? new PredictedRegion()
                : throw new FormatException($"region is '{Spelling.Shown(name)}'; allowed: \"predicted\" or {{\"mask\":…}}");
        }

        var region = members.Object("region").Only("mask");
        return region.TryText("mask") is null ? Rows(region.Rows("mask")) : images.Mask(region.Bytes("mask"));
    }

    private static MaskRegion Rows(IReadOnlyList<float[]> rows)
    {
        if (rows.SelectMany(r => r).FirstOrDefault(v => v is not (0 or 1)) is not 0 and var wrong)
        {
            throw new FormatException(
                $"the mask holds {wrong.ToString(CultureInfo.InvariantCulture)}; allowed: rows of 0 and 1, or a PNG in base64"
            );
        }

        return new MaskRegion(rows.Count, rows[0].Length, [.. rows.SelectMany(r => r).Select(v => v == 1)]);
    }
}
