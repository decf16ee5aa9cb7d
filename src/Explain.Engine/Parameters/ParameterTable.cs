using Explain.Engine.Images;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Segmentation;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;
using static Explain.Engine.Parameters.ParameterScope;

namespace Explain.Engine.Parameters;

/// <summary>Every parameter of every request, once.</summary>
public static class ParameterTable
{
    private static readonly string[] Methods = [.. MethodTable.All.Select(m => m.Id)];
    private static readonly string[] Formats = ["png", "jpeg", "webp", "json", "npy"];
    private static readonly string[] Signs = ["positive", "negative", "both"];
    private static readonly string[] RenderNames = [.. Renders.Names.Order(StringComparer.Ordinal)];
    private static readonly string[] Smoothings = ["none", "aug", "eigen"];
    private static readonly string[] BaselineNames = [.. Baselines.Names];
    private static readonly string[] QuadratureNames = [.. Quadratures.Names];

    /// <summary>The rows, in the order in which they should be shown.</summary>
    // csharpier-ignore
    public static IReadOnlyList<Parameter> All { get; } =
    [
        new("method", Image | Tensor, "How feature maps and gradients become a map.",
            Values: "a method id", Default: "gradcam",
            // A plus sign in a query arrives as a space: ?method=gradcam++.
            (r, v) => r with { Explain = r.Explain with { Method = ParameterValues.OneOf(v.Replace(' ', '+'), Methods) } }) { Choices = Methods },
        new("methods", Compare, "The methods to compare.",
            Values: "a comma list of method ids, or all for every one that the model can do", Default: "gradcam",
            (r, v) => r with { Compare = r.Compare with { Methods = ParameterValues.Methods(v, Methods) } }),
        new("target", Image | Compare | Tensor, "The classes to explain, each with a map of its own; or another scalar of an output.",
            Values: "a class index, a label (exact, else a unique prefix, in any case), predicted, top:K, or a comma list of those; "
                + "or a JSON object {\"output\":\"name\",…} with index, region, weights, tokens or similarTo; or a JSON array of both", Default: "predicted",
            (r, v) => r with { Explain = r.Explain with { Target = ParameterValues.Targets(v) } }) { TakesJson = true },
        new("inputs", Image | Compare | Classes, "Values for the model's inputs beside the image.",
            Values: InputJson.Allowed, Default: "none",
            (r, v) => r with { Explain = r.Explain with { Inputs = InputJson.Read(v) } }) { TakesJson = true },
        new("score", Image | Compare | Tensor, "The number that is differentiated.",
            Values: string.Join(", ", ParameterValues.ScoreNames), Default: "logit; probability for the methods whose papers do so: rise, aise, lime",
            (r, v) => r with { Explain = r.Explain with { Score = ParameterValues.Score(v) } }),
        new("layer", Image | Tensor, "The tensor whose feature maps are weighed.",
            Values: "a tensor name of the model, or :input for the image", Default: "the model's own layer",
            (r, v) => r with { Explain = r.Explain with { Layer = v } }),
        new("layers", Compare, "The target layers to compare; not fused.",
            Values: "a comma list of tensor names of the model, or :input for the image", Default: "the model's own layer",
            (r, v) => r with { Compare = r.Compare with { Layers = v.Split(',', StringSplitOptions.TrimEntries) } }),
        new("sign", Image | Compare | Tensor, "Evidence for the class, against it, or both with their signs.",
            Values: "positive, negative or both", Default: "positive, as the papers",
            (r, v) => r with { Explain = r.Explain with { Sign = Enum.Parse<Sign>(ParameterValues.OneOf(v, Signs), ignoreCase: true) } }) { Choices = Signs },
        new("threshold", Image | Compare | Tensor, "Where boxes and masks begin: at a share of the map's maximum, at Otsu's threshold, or at the value below which P percent of the enlarged map's positions lie.",
            Values: RegionThreshold.Allowed, Default: "the method's own: 0.15, cam 0.2",
            (r, v) => r with { Explain = r.Explain with { Threshold = ParameterValues.Threshold(v) } }) { Kind = ParameterKind.NumberOrText },
        new("boxes", Image | Compare, "Which regions have a box and are in masks: all, the largest, or that of the protocol of a paper: cam and gradcam have thresholds of their own, wsolevaluation takes a number.",
            Values: string.Join(", ", RegionRules.Names), Default: RegionRules.All,
            (r, v) => r with { Explain = r.Explain with { Boxes = ParameterValues.Boxes(v) } }) { Choices = RegionRules.Names },
        new("smooth", Image | Compare | Tensor, "Smoothing of the map: aug averages over the mirrored, weakened and strengthened input, eigen takes the first component of what the channels contribute.",
            Values: "none, aug or eigen", Default: "none",
            (r, v) => With(r, r.Explain.Options with { Smooth = Enum.Parse<Smoothing>(ParameterValues.OneOf(v, Smoothings), ignoreCase: true) })) { Choices = Smoothings },
        new("compat", Image | Compare | Tensor, "Whose constants and order of steps are used: none is the paper's formula; not every method knows every library.",
            Values: string.Join(", ", Conventions.Names), Default: "none",
            (r, v) => With(r, r.Explain.Options with { Compat = Conventions.Of(ParameterValues.OneOf(v, Conventions.Names)) })) { Choices = Conventions.Names },
        new("seed", Image | Compare | Tensor, "Seed for every method that samples.",
            Values: "a whole number", Default: "0",
            (r, v) => With(r, r.Explain.Options with { Seed = ParameterValues.Integer(v, int.MinValue, int.MaxValue) })) { Kind = ParameterKind.Integer },
        new("samples", Image | Compare | Tensor, "How many samples, steps or masks a method takes.",
            Values: "a whole number from 1 to 100000", Default: "the method's own",
            (r, v) => With(r, r.Explain.Options with { Samples = ParameterValues.Integer(v, 1, 100_000) })) { Kind = ParameterKind.Integer },
        new("baseline", Image | Compare | Tensor, "The input from which integrated gradients and DeepLIFT measure: the zero of the model's input, a colour, or the blurred image.",
            Values: string.Join(", ", Baselines.Names), Default: Baselines.Default,
            (r, v) => With(r, r.Explain.Options with { Baseline = ParameterValues.OneOf(v, BaselineNames) })) { Choices = BaselineNames },
        new("quadrature", Image | Compare | Tensor, "How integrated gradients are summed along the path.",
            Values: string.Join(", ", Quadratures.Names), Default: Quadratures.Default,
            (r, v) => With(r, r.Explain.Options with { Quadrature = ParameterValues.OneOf(v, QuadratureNames) })) { Choices = QuadratureNames },
        new("window", Image | Compare | Tensor, "What occlusion covers at once, in pixels of the model's input.",
            Values: "a whole number, or ROWSxCOLUMNS", Default: "a seventh of the input",
            (r, v) => With(r, r.Explain.Options with { Window = ParameterValues.Extent(v) })),
        new("stride", Image | Compare | Tensor, "How far occlusion moves its window, in pixels of the model's input.",
            Values: "a whole number, or ROWSxCOLUMNS", Default: "half a window",
            (r, v) => With(r, r.Explain.Options with { Stride = ParameterValues.Extent(v) })),
        new("deadline", Image | Compare | Tensor, "Milliseconds after which a method that samples answers with what it has, marked partial; the others ignore it.",
            Values: "a whole number from 1 to 3600000", Default: "the service's own, shortly before its timeout; none on the command line",
            (r, v) => r with { Explain = r.Explain with { Deadline = TimeSpan.FromMilliseconds(ParameterValues.Integer(v, 1, 3_600_000)) } }) { Kind = ParameterKind.Integer },
        new("format", Image | Compare, "What the answer is written as; wins over the Accept header.",
            Values: "png, jpeg, webp, json or npy", Default: "from Accept, else png",
            (r, v) => r with { Output = r.Output with { Format = Enum.Parse<AnswerFormat>(ParameterValues.OneOf(v, Formats), ignoreCase: true) } }) { Choices = Formats },
        new("render", Image | Compare, "What an image answer shows; layer is the map alone, transparent, to be laid over the picture, boxes is the picture with the boxes outlined.",
            Values: string.Join(", ", RenderNames), Default: "overlay",
            (r, v) => r with { Output = r.Output with { Render = ParameterValues.OneOf(v, RenderNames, "side-by-side") } }) { Choices = RenderNames },
        new("size", Image | Compare, "Size of the image; max:SIDE is the original's, shrunk until no side is longer.",
            Values: RenderSize.Allowed, Default: "original",
            (r, v) => r with { Output = r.Output with { Size = ParameterValues.Size(v) } }),
        new("colormap", Image | Compare, "Colours of the map.",
            Values: string.Join(", ", ColorMap.Names), Default: "turbo; coolwarm with sign=both",
            (r, v) => r with { Output = r.Output with { ColorMap = ParameterValues.OneOf(v, ColorMap.Names) } }) { Choices = ColorMap.Names },
        new("alpha", Image | Compare, "Weight of the colours over the image; with render=layer the opacity of the largest value.",
            Values: "a number from 0 to 1", Default: "0.5",
            (r, v) => r with { Output = r.Output with { Alpha = ParameterValues.Number(v, 0, 1) } }) { Kind = ParameterKind.Number },
        new("clip", Image | Compare, "The values that get the first and the last colour; raw values are never clipped.",
            Values: Clip.Allowed + ", or none", Default: "none; 1,99 for methods in pixel space",
            (r, v) => r with { Explain = r.Explain with { Clip = v == "none" ? Clip.None : ParameterValues.Clip(v) } }),
        new("include", Image | Compare, "Optional parts of a JSON answer.",
            Values: $"a comma list of {string.Join(", ", ParameterValues.PartNames)}", Default: "map,boxes",
            (r, v) => Include(r, ParameterValues.Include(v))),
        new("top", Classes, "How many classes are listed.",
            Values: "a whole number from 1 to 1000", Default: "5",
            (r, v) => r with { Top = ParameterValues.Integer(v, 1, 1000) }) { Kind = ParameterKind.Integer },
    ];

    private static RequestParameters With(RequestParameters request, MethodOptions options) =>
        request with
        {
            Explain = request.Explain with { Options = options },
        };

    // Some parts have to be computed first.
    private static RequestParameters Include(RequestParameters request, AnswerParts parts) =>
        request with
        {
            Explain = request.Explain with
            {
                Channels = parts.HasFlag(AnswerParts.Channels),
                Features = parts.HasFlag(AnswerParts.Features),
                Faithfulness = parts.HasFlag(AnswerParts.Faithfulness),
            },
            Output = request.Output with { Include = parts },
        };

    /// <summary>The parameters a request of <paramref name="scope"/> knows.</summary>
    public static IEnumerable<Parameter> For(ParameterScope scope) => All.Where(p => (p.Scope & scope) != 0);

    /// <summary>Reads a request's parameters.</summary>
    /// <param name="scope">What the request asks for.</param>
    /// <param name="given">Names and values from every place a parameter can come from, one entry each time one is given.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidParameter"/> with every error there is.</exception>
    public static RequestParameters Parse(ParameterScope scope, IEnumerable<KeyValuePair<string, string>> given)
    {
        var (request, errors) = (new RequestParameters(), new SortedDictionary<string, string[]>(StringComparer.Ordinal));
        foreach (var values in given.GroupBy(p => p.Key, p => p.Value, StringComparer.Ordinal))
        {
            try
            {
                request = Apply(scope, request, values.Key, [.. values]);
            }
            catch (FormatException error)
            {
                errors[Spelling.Shown(values.Key)] = [error.Message];
            }
        }
        if (errors.Count == 0 && RegionRules.Refusal(request.Explain.Boxes, request.Explain.Threshold) is { } refusal)
            errors["threshold"] = [refusal];
        if (errors.Count == 0)
            return request;
        throw new ExplainException(ExplainError.InvalidParameter, string.Join("; ", errors.Select(e => $"{e.Key}: {e.Value[0]}")), errors);
    }

    private static RequestParameters Apply(ParameterScope scope, RequestParameters request, string name, string[] values)
    {
        var known = For(scope).ToArray();
        var row = known.FirstOrDefault(p => p.Name == name) ?? throw new FormatException(Unknown(name, known));
        if (values.Length > 1)
            throw new FormatException($"is given {values.Length} times; give it once");
        if (string.IsNullOrWhiteSpace(values[0]))
            throw new FormatException($"has no value; allowed: {row.Values}");
        return row.Apply(request, values[0]);
    }

    private static string Unknown(string name, Parameter[] known)
    {
        var names = known.Select(p => p.Name).ToArray();
        var elsewhere = All.Any(p => p.Name == name) ? "does not apply here" : "is not a parameter";
        return $"{elsewhere};{Spelling.Hint(name, names)} known here: {string.Join(", ", names)}";
    }
}
