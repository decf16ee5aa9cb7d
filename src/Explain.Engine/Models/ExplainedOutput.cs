using System.Collections.Concurrent;
using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Rules;
using Explain.Engine.Models.Layouts;
using Explain.Engine.Models.Reading;

namespace Explain.Engine.Models;

/// <summary>
/// What is known of a model when one of its tensors is explained. What has to be searched for in the graph is searched for once.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="description">Its description for this tensor.</param>
internal sealed class ExplainedOutput(LoadedModel model, ModelDescription description)
{
    private readonly ConcurrentDictionary<string, Lazy<HeadSearch>> _heads = [];
    private readonly ConcurrentDictionary<string, Lazy<string?>> _reasons = [];
    private readonly Lazy<IReadOnlyList<Bias>> _biases = new(() =>
        Reading.Biases.Find(model.Graph, description.Input.Name, description.Logit, Layouts(description), c => model.Read(c))
    );

    private readonly Lazy<IReadOnlyList<string>> _lastLayers = new(() =>
        [.. description.LastLayers.Where(l => Backward.Missing(model.Graph, description.Logit, [l], GradientRules.Plain).Count == 0)]
    );

    /// <summary>The last feature maps on every way to the tensor that a gradient leads to, from output to input.</summary>
    public IReadOnlyList<string> LastLayers => _lastLayers.Value;

    /// <summary>What is known; <see cref="ModelDescription.Logit"/> is the tensor that is explained.</summary>
    public ModelDescription Description => description;

    /// <summary>Shape of the tensor.</summary>
    public OutputShape Shape { get; } = OutputShape.Of(model.Sized, description.Input.Name, description.Logit);

    /// <summary>What passes took lately.</summary>
    public PassTimings Timings { get; } = new();

    /// <summary>What is added on the way from the input to the tensor.</summary>
    public IReadOnlyList<Bias> Biases => _biases.Value;

    /// <summary>The linear layer behind a target layer, where CAM has a closed form.</summary>
    public HeadSearch HeadBehind(string layer) =>
        _heads
            .GetOrAdd(layer, l => new Lazy<HeadSearch>(() =>
                Head.Find(model.Sized, l, description.Logit, Layouts(description), c => model.Read([c])[0])
            ))
            .Value;

    /// <summary>Why something cannot be done with this tensor; null when it can. The answer is searched for once.</summary>
    /// <param name="question">All that the answer depends on.</param>
    /// <param name="find">Searches.</param>
    public string? WhyNot(string question, Func<string?> find) => _reasons.GetOrAdd(question, _ => new Lazy<string?>(find)).Value;

    /// <summary>
    /// Why the plain gradient with respect to the input or the default layer is refused although every operator has a rule; null when it is
    /// not. Other layers are tried when they are asked for.
    /// </summary>
    public string? WhyRefused(string layer) =>
        layer != description.Layer && layer != description.Input.Name
            ? null
            : WhyNot($"gradient|{layer}", () =>
                ExplainGraph.TryBuild(
                    model.Graph,
                    new GradientQuery(description.Logit, [layer]) { Dense = true, FromLayers = true },
                    out _,
                    out var reason
                )
                    ? null
                    : reason
            );

    private static Dictionary<string, LayerLayout> Layouts(ModelDescription description) =>
        description.Layers.ToDictionary(l => l.Name, l => l.Layout);
}
