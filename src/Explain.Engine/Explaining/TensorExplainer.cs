using System.Globalization;
using Explain.Autodiff.Rules;
using Explain.Engine.Images;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Objectives;
using Explain.Engine.Targets;
using Explain.Engine.Targets.Outputs;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>Explains tensors.</summary>
internal static class TensorExplainer
{
    /// <summary>Explains every item.</summary>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public static TensorAnswer Explain(Model model, TensorQuery query, ImageReader images, RunContext run)
    {
        CheckInput(model.Description, query.Input);
        var items = (int)query.Input.Shape[0];
        var (group, objectives) = Targets(model, query, items, images);
        var plan = ExplainPlan.Make(group, query.Parameters);
        CheckParts(plan, query.Parts);
        plan.Deadline.Expect(items * plan.Layers.Count * plan.Inputs);
        return Join(
            InParts(plan.Model, items, (first, count) =>
                Explain(
                    plan with
                    {
                        Targets = plan.Targets.Items(first, count),
                    },
                    query.Input.Items(first, count),
                    [.. objectives.Skip(first).Take(count)],
                    query.Parts,
                    run
                )
            )
        );
    }

    /// <summary>What a query takes, and whether anything is wrong with it beside the input.</summary>
    /// <exception cref="ExplainException">What is wrong with it.</exception>
    public static Price Price(Model model, TensorQuery query, int items, ImageReader images)
    {
        var (group, _) = Targets(model, query, items, images);
        var plan = ExplainPlan.Make(group, query.Parameters);
        CheckParts(plan, query.Parts);
        return Prices.Of(plan, items);
    }

    /// <summary>
    /// The runs that so many items take. A large batch comes in parts of those that a run may join, so that its memory is theirs and others
    /// have their turns between them; a model made for one image at a time, or whose items mind each other, takes them one by one. So does
    /// one that fails on several at once.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="items">Batch items.</param>
    /// <param name="compute">Computes so many items from one on.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>: it takes so many items only.</exception>
    public static IReadOnlyList<T> InParts<T>(Model model, int items, Func<int, int, T> compute)
    {
        if (model.BatchSize is > 1 and var batch && batch != items)
            throw Invalid($"the model takes batches of exactly {batch}, the input has {items} items");
        var most = model.BatchSize ?? model.Loaded.Schedule.MaxItems;
        return [.. Enumerable.Range(0, (items + most - 1) / most).SelectMany(n => Part(n * most, Math.Min(most, items - n * most)))];

        IEnumerable<T> Part(int first, int count)
        {
            try
            {
                return [compute(first, count)];
            }
            catch (ExplainException e) when (count > 1 && model.FailsTogether(e))
            {
                return [.. Enumerable.Range(first, count).Select(n => compute(n, 1))];
            }
        }
    }

    /// <summary>The values of all items of a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="parts">Some items each.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>: items have values of their own shape.</exception>
    public static FloatTensor Joined(string name, IReadOnlyList<FloatTensor> parts) =>
        parts.Select(p => OutputShape.Text(p.Shape.Skip(1))).Distinct().ToArray() is [var one, var other, ..]
            ? throw Invalid($"'{name}' has the shape {one} for one item and {other} for another; send one item a request")
            : FloatTensor.Join(parts);

    private static TensorAnswer Explain(ExplainPlan plan, FloatTensor input, IObjective[] objectives, TensorParts parts, RunContext run)
    {
        var clock = WorkClock.Start(run.Trace);
        using var study = ExplainPlan.Study([plan], input, [objectives], run);
        var answer = Explain(plan, study, input, objectives, parts);
        run.Trace.Ended(Stage.Map, clock.Elapsed - study.Running);
        return answer;
    }

    private static TensorAnswer Explain(ExplainPlan plan, Study study, FloatTensor input, IObjective[] objectives, TensorParts parts)
    {
        LayeredPlan[] layered = [.. objectives.Select((_, n) => TargetLayer.Of(plan, study, 0, n))];
        plan = layered[0].Plan;
        CheckLayers(layered.Select(p => p.Plan.LayerName));
        var items = layered.Select((p, n) => p.Plan.Run(study, 0, n)).ToArray();
        var (height, width) = InputExtent.Of(plan.Model.Description.Input, input);
        var scores = study.Scores;
        study.Run.Trace.Explain([plan.LayerName], objectives.Select((_, n) => TargetName(plan, study.Objective(0, n))));
        return new TensorAnswer(
            new FloatTensor(
                plan.Model.Description.Classes > 0 ? [items.Length, scores.Values.Length / items.Length] : scores.Shape,
                scores.Values.ToArray()
            ),
            FloatTensor.Join([.. items.Select(r => Raw(plan, r.Values, r.Map.Map))]),
            new FloatTensor(
                [items.Length, height, width],
                FloatTensor.Concat([.. items.Select(r => MapFinish.Heatmap(r.Map.Map, height, width, plan.Options.Compat))])
            ),
            parts.HasFlag(TensorParts.Activations) ? study.Activations(plan.Layers[0]).Copy() : null,
            parts.HasFlag(TensorParts.Gradients) ? study.Gradients(0, plan.Layers[0], GradientRules.Plain).Copy() : null,
            parts.HasFlag(TensorParts.Scores)
                ? new FloatTensor([items.Length], [.. items.Select((_, n) => (float)study.Objective(0, n).Value(scores.Item(n)))])
                : null
        )
        {
            Maps = [.. items.Select(r => r.Map.Map)],
            Partial = [.. items.Select(r => r.Values.Partial)],
            Diagnostics = [.. items.Select((r, n) => Diagnose.Item(layered[n], study, 0, n, r.Values, r.Map))],
            Classes =
            [
                .. items.Select((_, n) => study.Objective(0, n) is ClassObjective { Target: var resolved } ? (int?)resolved.Code : null),
            ],
            Layer = plan.LayerName,
            ScoreName = plan.Targets.Score.Name,
        };
    }

    // Maps of several layers are no tensor.
    private static void CheckLayers(IEnumerable<string> layers)
    {
        if (layers.Distinct().ToArray() is [var one, var other, ..])
        {
            throw Invalid(
                $"the target of one item depends on layer '{one}', that of another on '{other}'; give a layer, or send one item a request"
            );
        }
    }

    private static string TargetName(ExplainPlan plan, IObjective objective) =>
        objective is ClassObjective { Target: var target }
            ? target.Code.ToString(CultureInfo.InvariantCulture)
            : plan.Model.Description.Logit;

    private static FloatTensor Raw(ExplainPlan plan, Attribution values, SaliencyMap map) =>
        values.Channels is { } channels
            ? new FloatTensor([1, channels, values.Height, values.Width], MapFinish.Pixels(plan.Method, values, plan.Parameters.Sign))
            : new FloatTensor([1, map.Height, map.Width], map.Values);

    private static void CheckParts(ExplainPlan plan, TensorParts parts)
    {
        if (parts != TensorParts.None && plan.Layers.Count > 1)
            throw Invalid("the outputs 'activations' and 'gradients' are those of one layer; give one");
        if (parts.HasFlag(TensorParts.Gradients) && Requirement.LayerGradient.WhyNot(plan.Model, plan.Layers[0]) is { } reason)
            throw new ExplainException(ExplainError.MethodNotSupported, $"there is no output 'gradients': {reason}");
    }

    private static (TargetGroup Group, IObjective[] Objectives) Targets(Model model, TensorQuery query, int items, ImageReader images)
    {
        var description = model.Description;
        if (query.Cotangent is { } cotangent && (description.Classes == 0 || StrictJson.IsObjectOrArray(query.Parameters.Target)))
        {
            CheckItems(cotangent, items);
            return TargetGroup.Of(model, query.Parameters, cotangent, items, images);
        }
        if (query.ItemTargets is not null && description.Classes == 0)
        {
            throw new ExplainException(
                ExplainError.TargetOutOfRange,
                $"model '{description.Name}' has no class scores, so items have no classes"
            );
        }

        var groups = TargetGroup.Of(model, query.Parameters, items, images);
        if (groups is not [var only] || (query is { ItemTargets: null, Cotangent: null } && only.Objectives.Count > 1))
            throw Invalid("one target for each item: give several classes as the INT64 input 'target' of shape [N]");
        var group = only.For(MethodTable.Find(query.Parameters.Method), query.Parameters);
        if (query.Cotangent is { } weights)
        {
            CheckCotangent(description, weights, items);
            return (group, [.. Enumerable.Range(0, items).Select(n => new CotangentObjective(group.Score.Function, weights.Item(n)))]);
        }
        return (
            group,
            query.ItemTargets is { } own
                ? OwnClasses(description, group.Score, own, items)
                : [.. Enumerable.Range(0, items).Select(n => group.OfItem(group.Objectives[0], n))]
        );
    }

    private static IObjective[] OwnClasses(ModelDescription description, Score score, IReadOnlyList<long> own, int items)
    {
        if (own.Count != items)
            throw Invalid($"'target' has {own.Count} entries, the input has {items} items");
        return
        [
            .. own.Select(t =>
                t >= 0 && t < description.Classes
                    ? new ClassObjective(score, new Target(t))
                    : throw new ExplainException(
                        ExplainError.TargetOutOfRange,
                        $"class {t} does not exist; the classes are 0 to {description.Classes - 1}"
                    )
            ),
        ];
    }

    /// <summary>Checks batch items of the model's own input.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>.</exception>
    public static void CheckInput(ModelDescription description, FloatTensor input)
    {
        var declared = description.Inputs.Single(i => i.Name == description.Input.Name).Shape;
        var fits =
            input.Shape.Count == declared.Count
            && input.Shape.All(d => d > 0)
            && declared.Skip(1).Zip(input.Shape.Skip(1)).All(p => p.First < 0 || p.First == p.Second);
        if (!fits)
        {
            throw Invalid(
                $"input '{description.Input.Name}' has shape [{string.Join(", ", input.Shape)}], the model takes "
                    + $"[{string.Join(", ", declared)}]"
            );
        }

        CheckValues($"input '{description.Input.Name}'", input);
        if (description.Numbers.WhyNot(input.Values) is { } reason)
            throw Invalid($"input '{description.Input.Name}' {reason}");
    }

    private static void CheckValues(string name, FloatTensor tensor)
    {
        if (tensor.Values.Length != tensor.Shape.Aggregate(1L, (a, b) => a * b))
            throw Invalid($"{name} has {tensor.Values.Length} values, its shape is [{string.Join(", ", tensor.Shape)}]");
        if (!System.Numerics.Tensors.TensorPrimitives.IsFiniteAll<float>(tensor.Values))
            throw Invalid($"{name} holds values that are not finite numbers");
    }

    private static void CheckCotangent(ModelDescription description, FloatTensor cotangent, int items)
    {
        if (
            cotangent.Shape.Count == 0
            || cotangent.Shape[0] != items
            || cotangent.Shape.Skip(1).Aggregate(1L, (a, b) => a * b) != description.Classes
        )
        {
            throw Invalid(
                $"'cotangent' has shape [{string.Join(", ", cotangent.Shape)}], the class scores have [{items}, {description.Classes}]"
            );
        }

        CheckValues("'cotangent'", cotangent);
    }

    private static void CheckItems(FloatTensor cotangent, int items)
    {
        if (cotangent.Shape.Count == 0 || cotangent.Shape[0] != items)
        {
            throw Invalid(
                $"'cotangent' has shape [{string.Join(", ", cotangent.Shape)}], its first axis must be the {items} items of the input"
            );
        }

        CheckValues("'cotangent'", cotangent);
    }

    private static TensorAnswer Join(IReadOnlyList<TensorAnswer> parts)
    {
        CheckLayers(parts.Select(p => p.Layer));
        return parts.Count == 1
            ? parts[0]
            : new TensorAnswer(
                Joined("logits", [.. parts.Select(p => p.Logits)]),
                FloatTensor.Join([.. parts.Select(p => p.Map)]),
                FloatTensor.Join([.. parts.Select(p => p.Heatmap)]),
                JoinAsked(parts, p => p.Activations),
                JoinAsked(parts, p => p.Gradients),
                JoinAsked(parts, p => p.Scores)
            )
            {
                Maps = [.. parts.SelectMany(p => p.Maps)],
                Partial = [.. parts.SelectMany(p => p.Partial)],
                Diagnostics = [.. parts.SelectMany(p => p.Diagnostics)],
                Classes = [.. parts.SelectMany(p => p.Classes)],
                Layer = parts[0].Layer,
                ScoreName = parts[0].ScoreName,
            };
    }

    private static FloatTensor? JoinAsked(IReadOnlyList<TensorAnswer> parts, Func<TensorAnswer, FloatTensor?> take) =>
        take(parts[0]) is null ? null : FloatTensor.Join([.. parts.Select(p => take(p)!)]);

    private static ExplainException Invalid(string message) => new(ExplainError.InvalidRequest, message);
}
