using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Rules;
using Explain.Engine.Models.Scheduling;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Objectives;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Models;

/// <summary>Runs of a model's graph: what is asked of it is made into one native run.</summary>
internal static class Passes
{
    private static readonly IReadOnlyDictionary<string, RunTensor> None = new Dictionary<string, RunTensor>();

    /// <summary>Scores and feature maps, forward only.</summary>
    public static Pass Forward(Model model, FloatTensor input, IReadOnlyList<string> layers, RunContext run) =>
        Schedule(
            model,
            new PassRequest(
                new GradientQuery(model.Description.Logit, layers) { Gradients = false },
                input,
                [],
                null,
                [RunOrigin.Of(run.Trace)]
            ),
            run
        );

    /// <summary>Scores, feature maps and gradients: one forward and one backward pass.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">[N, …].</param>
    /// <param name="layers">Tensors to differentiate by; the input is allowed.</param>
    /// <param name="objectives">One an item, settled, all of one kind and with the same number of classes.</param>
    /// <param name="rules">The gradient rules.</param>
    /// <param name="run">On whose behalf.</param>
    /// <param name="reference">For rules that compare inputs: what <paramref name="input"/> is compared with, shaped like it.</param>
    public static Pass Backward(
        Model model,
        FloatTensor input,
        IReadOnlyList<string> layers,
        IReadOnlyList<IObjective> objectives,
        RuleSet rules,
        RunContext run,
        FloatTensor? reference = null
    )
    {
        var pass = Schedule(
            model,
            new PassRequest(Query(model, layers, objectives[0], rules), input, objectives, reference, [RunOrigin.Of(run.Trace)]),
            run
        );
        if (objectives[0].Classes is not null || pass.Scores!.Item(0).Length == objectives[0].Weights.Length)
            return pass;
        pass.Dispose();
        throw CotangentObjective.Changed();
    }

    /// <summary>Gradients of further objectives for feature maps that are already known.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">[N, …].</param>
    /// <param name="layer">The layer.</param>
    /// <param name="activations">Its value.</param>
    /// <param name="objectives">One an item, resolved.</param>
    /// <param name="rules">The gradient rules.</param>
    /// <param name="run">On whose behalf.</param>
    public static Pass BackwardFrom(
        Model model,
        FloatTensor input,
        string layer,
        RunTensor activations,
        IReadOnlyList<IObjective> objectives,
        RuleSet rules,
        RunContext run
    )
    {
        var gradient = RunFrom(
            model,
            Query(model, [layer], objectives[0], rules) with
            {
                FromLayers = true,
            },
            input,
            layer,
            activations,
            objectives,
            model.Graph.Own(ExplainGraph.GradientOf(layer)),
            run
        );
        return new Pass(null, None, new Dictionary<string, RunTensor> { [layer] = gradient });
    }

    /// <summary>
    /// The curvature along a layer whose value is known: the Hessian of each item's objective times that value, as
    /// <see cref="ExplainGraph.CurvatureOf"/> among the gradients.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="input">[N, …].</param>
    /// <param name="layer">The layer.</param>
    /// <param name="activations">Its value.</param>
    /// <param name="objectives">One an item, resolved.</param>
    /// <param name="run">On whose behalf.</param>
    public static Pass CurvatureFrom(
        Model model,
        FloatTensor input,
        string layer,
        RunTensor activations,
        IReadOnlyList<IObjective> objectives,
        RunContext run
    )
    {
        var query = Query(model, [layer], objectives[0], GradientRules.Plain) with { FromLayers = true, Curvature = true };
        var curvature = ExplainGraph.CurvatureOf(layer);
        return new Pass(
            null,
            None,
            new Dictionary<string, RunTensor>
            {
                [curvature] = RunFrom(model, query, input, layer, activations, objectives, model.Graph.Own(curvature), run),
            }
        );
    }

    /// <summary>The class scores of given feature maps: the model from the layer on.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layer">A layer through which alone the scores depend on the input.</param>
    /// <param name="activations">Shaped like the layer.</param>
    /// <param name="items">N, which need not be the extent of the first axis.</param>
    /// <param name="run">On whose behalf.</param>
    public static Pass Head(Model model, string layer, FloatTensor activations, int items, RunContext run)
    {
        var query = new GradientQuery(model.Description.Logit, [layer]) { Gradients = false, FromLayers = true };
        using var feeds = Feeds.Of(model, layer, activations, items);
        var origin = RunOrigin.Of(run.Trace);
        return model.Loaded.Runs.RunAlone(c => NativeRun.Collect(model, query, activations, items, [origin], feeds, null, c), run);
    }

    private static RunTensor RunFrom(
        Model model,
        GradientQuery query,
        FloatTensor input,
        string layer,
        RunTensor activations,
        IReadOnlyList<IObjective> objectives,
        string output,
        RunContext run
    )
    {
        using var lease = model.Loaded.Borrow(query);
        using var feeds = Feeds.Of(model, input).Add(Seeds.NameOf(model, query), Seeds.Of(model, objectives));
        // For the input as layer both names are the same, and so are the values.
        var fed = new Dictionary<string, RunTensor>(feeds.Tensors) { [layer] = activations };
        var origin = RunOrigin.Of(run.Trace);
        return model.Loaded.Runs.RunAlone(
            c =>
                NativeRun.Run(
                    model,
                    lease,
                    [origin],
                    objectives.Count,
                    fed,
                    Seeds.Classes(model, objectives),
                    [new(output, model.Loaded.Memory)],
                    c
                )[0],
            run
        );
    }

    private static Pass Schedule(Model model, PassRequest request, RunContext run) =>
        model.Loaded.Runs.Run(
            request,
            model.JoinsRequests && request.Query.Layers.All(l => model.Description.LayoutOf(l).Batch == 0),
            (asked, c) => NativeRun.Of(model, asked, c),
            run
        );

    private static GradientQuery Query(Model model, IReadOnlyList<string> layers, IObjective objective, RuleSet rules) =>
        new(model.Description.Logit, layers)
        {
            Function = objective.Function,
            Dense = objective.Classes is null,
            Rules = rules,
        };
}
