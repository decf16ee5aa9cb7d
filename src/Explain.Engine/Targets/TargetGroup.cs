using Explain.Autodiff.Backpropagation;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Objectives;
using Explain.Engine.Parameters;
using Explain.Engine.Targets.Outputs;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Targets;

/// <summary>The targets of a request that belong to one tensor, so that one forward pass is enough for all of them.</summary>
/// <param name="Model">The model, explaining that tensor, with the request's further inputs.</param>
/// <param name="Score">The scalar; that of the classes where there are other targets too.</param>
/// <param name="Objectives">One a target, for any item.</param>
/// <param name="Places">Where each stands among all targets of the request.</param>
internal sealed record TargetGroup(Model Model, Score Score, IReadOnlyList<IObjective> Objectives, IReadOnlyList<int> Places)
{
    /// <summary>Reads the targets of a request and checks them against the model.</summary>
    /// <param name="model">The model as it was loaded.</param>
    /// <param name="parameters">The request.</param>
    /// <param name="items">Items of the image's input.</param>
    /// <param name="images">Reads images in targets.</param>
    /// <exception cref="ExplainException">What is wrong with them.</exception>
    public static IReadOnlyList<TargetGroup> Of(Model model, ExplainParameters parameters, int items, ImageReader images)
    {
        var bound = Bind(model, parameters, items);
        var found = new List<(Model Model, IObjective Objective)>();
        foreach (var asked in Read(parameters.Target, images))
        {
            if (asked.Output is { } output)
                found.Add(Objective(bound, output, parameters));
            else
                found.AddRange(Classes(bound, asked.Classes!, parameters));
        }
        if (found.Count > ParameterValues.MaxTargets)
            throw OutputAxes.Invalid($"there are {found.Count} targets; allowed: at most {ParameterValues.MaxTargets}");
        if (found.Select(t => t.Objective).OfType<ClassObjective>().GroupBy(o => o.Target).Any(g => g.Count() > 1))
            throw OutputAxes.Invalid("a class is named twice");
        return
        [
            .. found
                .Select((target, place) => (target, place))
                .GroupBy(t => t.target.Model.Description.Logit)
                .Select(g => new TargetGroup(
                    g.First().target.Model,
                    ScoreOf(g.Select(t => t.target.Objective)),
                    [.. g.Select(t => t.target.Objective)],
                    [.. g.Select(t => t.place)]
                )),
        ];
    }

    /// <summary>A group for a cotangent: the target may name an output and nothing else.</summary>
    /// <param name="model">The model as it was loaded.</param>
    /// <param name="parameters">The request.</param>
    /// <param name="cotangent">One item for each item of the image's input.</param>
    /// <param name="items">Items of the image's input.</param>
    /// <param name="images">Reads images in targets.</param>
    /// <returns>The model that explains the output, and one objective an item.</returns>
    public static (TargetGroup Group, IObjective[] Objectives) Of(
        Model model,
        ExplainParameters parameters,
        FloatTensor cotangent,
        int items,
        ImageReader images
    )
    {
        var bound = Bind(model, parameters, items);
        var asked = StrictJson.IsObjectOrArray(parameters.Target) ? Read(parameters.Target, images) : [];
        if (asked is not ([] or [{ Output.Rule: WholeRule }]))
            throw OutputAxes.Invalid("beside a cotangent the target names the output and nothing else: {\"output\":\"name\"}");
        var output = asked is [{ Output: { } named }] ? named : new OutputTarget(model.Description.Logit, null, new WholeRule());
        var objectives = Enumerable
            .Range(0, items)
            .Select(n =>
                Objective(
                    bound,
                    output with
                    {
                        Rule = new GivenRule(new FloatTensor([.. cotangent.Shape.Skip(1)], cotangent.Item(n))),
                    },
                    parameters
                )
            )
            .ToArray();
        return (
            new TargetGroup(objectives[0].Model, ScoreOf(objectives.Select(o => o.Objective)), [objectives[0].Objective], [0]),
            [.. objectives.Select(o => o.Objective)]
        );
    }

    /// <summary>The same targets with the score that a method explains where the request does not say which.</summary>
    public TargetGroup For(Method method, ExplainParameters parameters)
    {
        if (parameters.Score is not null || !method.OfProbability || Model.Description.Activation == "none")
            return this;
        var score = Score.Parse("probability", Model.Description.Activation, new TargetParser([], 0));
        return this with
        {
            Score = score,
            Objectives = [.. Objectives.Select(o => o is ClassObjective target ? target with { Score = score } : o)],
        };
    }

    /// <summary>Why a method cannot explain these targets; null when it can.</summary>
    public string? WhyNot(Method method)
    {
        if (method.LogitsOnly && Objectives.FirstOrDefault(o => o.Function != ScoreFunction.Logit) is { } other)
        {
            return $"{method.Info.Id} has a closed form for logits only, not for "
                + $"{(other is ClassObjective ? $"score={Score.Name}" : "this target")}";
        }

        if (!method.Requirements.Contains(Requirement.ClassScores))
            return null;
        return Objectives.Any(o => o is not ClassObjective) ? $"{method.Info.Id} compares classes, and this target is none"
            : Objectives.OfType<ClassObjective>().Any(o => o.Score.Against is not null)
                ? $"{method.Info.Id} compares the class with those most like it, and takes no contrast"
            : null;
    }

    /// <summary>Name of the score of one of the targets.</summary>
    public string ScoreName(int target) => ScoreOf([Objectives[target]]).Name;

    /// <summary>The objectives of a batch: the same targets for every item.</summary>
    /// <param name="objectives">One a target.</param>
    /// <param name="items">Items of the batch.</param>
    public IReadOnlyList<IReadOnlyList<IObjective>> Rounds(IEnumerable<IObjective> objectives, int items) =>
        [.. objectives.Select(o => Enumerable.Range(0, items).Select(n => OfItem(o, n)).ToArray())];

    /// <summary>The same targets for some items of the batch.</summary>
    public TargetGroup Items(int first, int count) => this with { Model = Model.Items(first, count) };

    /// <summary>An objective with an item's further inputs.</summary>
    public IObjective OfItem(IObjective objective, int item) =>
        objective is OutputObjective output ? output with { Model = Model.Items(item, 1) } : objective;

    private static Model Bind(Model model, ExplainParameters parameters, int items) =>
        model.With(AuxiliaryInputs.Bind(model.Graph, model.Description, parameters.Inputs, items));

    private static IReadOnlyList<AskedTarget> Read(string text, ImageReader images)
    {
        try
        {
            return TargetReader.Read(text, images);
        }
        catch (FormatException e)
        {
            throw OutputAxes.Invalid(e.Message);
        }
    }

    private static Score ScoreOf(IEnumerable<IObjective> objectives) =>
        objectives.OfType<ClassObjective>().Select(o => o.Score).Concat(objectives.OfType<OutputObjective>().Select(o => o.Score)).First();

    private static IEnumerable<(Model Model, IObjective Objective)> Classes(Model model, string expression, ExplainParameters parameters)
    {
        var description = model.Description;
        if (description.Classes == 0)
            throw NoClasses(model);
        var parser = new TargetParser(description.Labels, description.Classes);
        var targets = parser.ParseList(expression);
        var score = Score.Parse(parameters.Score ?? Score.Logit.Name, description.Activation, parser);
        return [.. targets.Select(t => (model, (IObjective)new ClassObjective(score, t)))];
    }

    private static (Model Model, IObjective Objective) Objective(Model model, OutputTarget target, ExplainParameters parameters)
    {
        var description = model.Description;
        if (description.Explainable.All(o => o.Name != target.Output))
        {
            throw OutputAxes.Invalid(
                $"'{Spelling.Shown(target.Output)}' is no output that can be "
                    + $"explained;{Spelling.Hint(target.Output, description.Explainable.Select(o => o.Name))} the model has "
                    + $"{List(description)}"
            );
        }

        var view = model.Explaining(target.Output);
        var axes = new OutputAxes(target.Output, view.Shape.Extents ?? [], description.Input.Layout == Images.TensorLayout.Nhwc)
        {
            Asked = target.Axis - (view.Shape.Alone ? 0 : 1),
            Labels = description.Labels,
            Threshold = LogitFinder.Half(model.Graph, target.Output),
        };
        if (view.Shape.Extents is not null && axes.Asked >= axes.Extents.Count)
            throw OutputAxes.OutOfRange($"axis {target.Axis} does not exist: {axes.Text}");
        if (view.Shape.Extents is not null)
            target.Rule.Check(axes);
        return (view, new OutputObjective(axes, target.Rule, view, OutputScore(parameters)));
    }

    private static Score OutputScore(ExplainParameters parameters) =>
        parameters.Score is null or "logit" or "counterfactual"
            ? Score.Parse(parameters.Score ?? Score.Logit.Name, "none", new TargetParser([], 0))
            : throw new ExplainException(
                ExplainError.InvalidParameter,
                $"score={parameters.Score} is for classes; a target with an output is explained as it is",
                new Dictionary<string, string[]>
                {
                    ["score"] =
                    [
                        $"'{Spelling.Shown(parameters.Score)}' is for classes; beside a target with an output allowed: logit (as "
                            + "it is), counterfactual (negated)",
                    ],
                }
            );

    private static ExplainException NoClasses(Model model)
    {
        var description = model.Description;
        var forms = TargetForms.Of(description, description.Explainable[0]).DefaultIfEmpty("{\"output\":…}");
        return OutputAxes.OutOfRange(
            $"model '{description.Name}' has no class scores; it has {List(description)}. Give target as {string.Join(" or ", forms)}"
        );
    }

    private static string List(ModelDescription model) =>
        string.Join(
            ", ",
            model.Explainable.Select(o =>
                $"'{o.Name}' ({o.Kind.ToString().ToLowerInvariant()}{(o.Known ? " " + OutputShape.Text(o.Extents) : "")})"
            )
        );
}
