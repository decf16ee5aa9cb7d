using Explain.Autodiff;
using Explain.Engine.Methods;
using Explain.Engine.Models;
using Explain.Engine.Targets;

namespace Explain.Engine;

/// <summary>A request checked against a model: everything that can be wrong with it is known before a picture is decoded.</summary>
/// <param name="Model">The model.</param>
/// <param name="Method">The method.</param>
/// <param name="Layer">Target layer.</param>
/// <param name="Score">The scalar.</param>
/// <param name="Targets">The classes, in the order asked for.</param>
internal sealed record ExplainPlan(Model Model, Method Method, string Layer, Score Score, IReadOnlyList<Target> Targets)
{
    // A client gets the layer by this name without knowing what the graph calls its input.
    private const string InputLayer = "input";

    /// <summary>Checks a request.</summary>
    /// <exception cref="ExplainException">What is wrong with it.</exception>
    public static ExplainPlan Make(Model model, ExplainParameters parameters)
    {
        var description = model.Description;
        var method = MethodTable.Find(parameters.Method);
        var parser = new TargetParser(description.Labels, description.Classes);
        var targets = parser.ParseList(parameters.Target);
        var score = Score.Parse(parameters.Score, description.Activation, parser);
        var layer = ResolveLayer(description, parameters.Layer);
        if (model.WhyNot(method, layer) is { } reason) throw NotSupported(description, method, reason);
        if (method.Needs == Needs.LinearHead && score.Function != ScoreFunction.Logit)
            throw NotSupported(description, method, $"{method.Info.Id} has a closed form for logits only, not for score={score.Name}");
        return new ExplainPlan(model, method, layer!, score, targets);
    }

    /// <summary>Weight of each channel in the explained scalar, for methods with a closed form.</summary>
    public float[] HeadWeights(Target target, IReadOnlyList<int> ranking)
    {
        var (classes, factors) = Score.Row(target, ranking);
        var head = Model.HeadBehind(Layer);
        var weights = new float[head.Channels];
        for (var i = 0; i < classes.Length; i++)
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(head.Row((int)classes[i]), factors[i], weights, weights);
        return weights;
    }

    private static string? ResolveLayer(ModelDescription description, string? asked)
    {
        if (asked is null) return description.Layer;
        if (asked == InputLayer || asked == description.Input.Name)
            return description.Input.Layout == Images.TensorLayout.Nchw ? description.Input.Name
                : throw new ExplainException(ExplainError.MethodNotSupported, "the model's input has its channels last; it cannot be the target layer of a method that weights channels");
        if (description.Layers.Any(l => l.Name == asked)) return asked;
        var near = description.Layers.Where(l => l.Name.Contains(asked, StringComparison.OrdinalIgnoreCase)).Take(3).Concat(description.Layers.TakeLast(3)).DistinctBy(l => l.Name);
        throw new ExplainException(ExplainError.LayerNotFound,
            $"'{asked}' is not a feature map of model '{description.Name}'; possible are {string.Join(", ", near.Select(l => $"'{l.Name}'"))} and {description.Layers.Count} in all, see the model's description");
    }

    private static ExplainException NotSupported(ModelDescription description, Method method, string reason)
    {
        var others = description.Methods.Where(m => m.Supported && m.Method != method.Info.Id).Select(m => m.Method).ToArray();
        return new ExplainException(ExplainError.MethodNotSupported,
            $"{method.Info.Id} cannot be computed: {reason}. {(others.Length > 0 ? $"Supported at the default layer: {string.Join(", ", others)}" : "No method is supported on this model; predict works")}.");
    }
}
