using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Explain.Engine.Images;
using Explain.Engine.Methods;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Targets;

namespace Explain.Engine;

/// <summary>Explains pictures: bytes in, maps with everything needed to draw them out.</summary>
/// <param name="catalogue">The served models.</param>
/// <param name="codec">The image library.</param>
/// <param name="options">Limits.</param>
public sealed class Explainer(ModelCatalogue catalogue, IImageCodec codec, EngineOptions options)
{
    private const int TopClasses = 5;

    /// <summary>Explains why a model scores one or more classes of a picture as it does.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="image">An encoded picture.</param>
    /// <param name="parameters">What to explain, and how.</param>
    /// <param name="cancellation">Ends the native run too.</param>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<Explanation> ExplainAsync(string model, ReadOnlyMemory<byte> image, ExplainParameters parameters, CancellationToken cancellation) =>
        Task.Run(
            () =>
            {
                var found = catalogue.Find(model);
                return Explain(image, [ExplainPlan.Make(found, parameters)], cancellation);
            },
            cancellation);

    /// <summary>Explains the same classes of a picture by several methods, at several layers, from one forward pass.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="image">An encoded picture.</param>
    /// <param name="parameters">What to explain; its method and layer play no part.</param>
    /// <param name="compare">Methods and layers: every method at every layer, one after the other.</param>
    /// <param name="cancellation">Ends the native run too.</param>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<Explanation> CompareAsync(string model, ReadOnlyMemory<byte> image, ExplainParameters parameters, CompareParameters compare, CancellationToken cancellation) =>
        Task.Run(() => Explain(image, ExplainPlan.MakeAll(catalogue.Find(model), parameters, compare), cancellation), cancellation);

    /// <summary>What an explanation of a picture will cost.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="parameters">What to explain, and how.</param>
    /// <param name="cancellation">Ends native runs too.</param>
    /// <exception cref="ExplainException">The request is wrong.</exception>
    public Task<CostEstimate> EstimateAsync(string model, ExplainParameters parameters, CancellationToken cancellation) =>
        Task.Run(() => CostEstimator.Of(ExplainPlan.Make(catalogue.Find(model), parameters), cancellation), cancellation);

    /// <summary>The best classes of a picture.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="image">An encoded picture.</param>
    /// <param name="top">How many classes, 1 to the model's number of classes.</param>
    /// <param name="cancellation">Ends the native run too.</param>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public Task<PredictionAnswer> PredictAsync(string model, ReadOnlyMemory<byte> image, int top, CancellationToken cancellation) =>
        Task.Run(() => Predict(catalogue.Find(model), image, top, cancellation), cancellation);

    /// <summary>Explains rows of the model's own input tensor.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="query">Input, targets and method.</param>
    /// <param name="cancellation">Ends the native run too.</param>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public Task<TensorAnswer> ExplainTensorAsync(string model, TensorQuery query, CancellationToken cancellation) =>
        Task.Run(() => TensorExplainer.Explain(catalogue.Find(model), query, cancellation), cancellation);

    // The plans differ in method and layers only.
    private Explanation Explain(ReadOnlyMemory<byte> bytes, IReadOnlyList<ExplainPlan> plans, CancellationToken cancellation)
    {
        var model = plans[0].Model;
        var description = model.Description;
        RequirePictures(description);
        var clock = Stopwatch.StartNew();
        var image = Decode(bytes);
        var decoded = Lap(clock);
        cancellation.ThrowIfCancellationRequested();
        var prepared = Preprocessor.Prepare(image, description.Input);
        var prepare = Lap(clock);
        var input = Tensor(model, prepared);
        // Methods may explain different scores of the same targets.
        var scores = plans.Select(p => p.Score).Distinct().ToArray();
        var objectives = scores.SelectMany(score => plans[0].Targets.Select(t => Enumerable.Repeat<IObjective>(new ClassObjective(score, t), (int)input.Shape[0]).ToArray())).ToArray();
        var maps = plans.SelectMany(plan => plan.Targets.Select((_, i) => (Plan: plan, Target: i, Round: (Array.IndexOf(scores, plan.Score) * plan.Targets.Count) + i))).ToArray();
        plans[0].Time.Expect(maps.Where(m => m.Plan.Method.StopsInTime).Sum(m => m.Plan.Layers.Count * m.Plan.Inputs));
        using var study = ExplainPlan.Study(plans, input, objectives, cancellation);
        var results = maps.Select(m => (m.Plan, m.Target, m.Round, Result: m.Plan.Run(study, m.Round, 0))).ToArray();
        // Asked for earlier, the class scores would take a forward pass of their own.
        var classes = new ClassScores(description, study.Scores.Row(0));
        var targets = results.Select(r => Explain(r.Plan, study, classes, r.Target, r.Round, r.Result.Values, r.Result.Map, prepared.Geometry)).ToArray();
        var (run, mapped) = (Math.Round(study.Running.TotalMilliseconds, 3), Lap(clock));
        return new Explanation(
            Id(bytes.Span, description, plans, classes, targets), ModelIdentity.Of(description), prepared.Geometry, image, classes.Top(TopClasses), targets,
            new Timings(decoded, prepare, run, Math.Round(mapped - run, 3), 0));
    }

    private static TargetExplanation Explain(
        ExplainPlan plan, Study study, ClassScores scores, int target, int round, Attribution values, MapFinish.Result result, Geometry geometry)
    {
        var resolved = plan.Targets[target].Resolve(scores.Ranking);
        var boxes = Boxes.Find(Speckles.Joined(plan.Method, result.Map), geometry, plan.Parameters.Threshold ?? plan.Method.Info.Threshold);
        var diagnostics = Diagnose.All(result.Map, result.Finite, values.Partial, resolved == scores.Ranking[0], boxes, geometry);
        var (channels, features) = ChannelFacts.Of(plan, study, round, values);
        return new TargetExplanation(plan.Method.Info.Id, plan.LayerName, plan.Score.Name, scores.Of(resolved), result.Map, boxes, [.. values.Diagnostics, .. diagnostics])
        {
            Partial = values.Partial,
            Completeness = values.Completeness,
            Channels = channels,
            Features = features,
        };
    }

    private PredictionAnswer Predict(Model model, ReadOnlyMemory<byte> bytes, int top, CancellationToken cancellation)
    {
        var description = model.Description;
        if (top < 1 || top > description.Classes)
            throw new ExplainException(ExplainError.TargetOutOfRange, $"top is {top}; the model has {description.Classes} classes");
        RequirePictures(description);
        var clock = Stopwatch.StartNew();
        var image = Decode(bytes);
        var decoded = Lap(clock);
        var prepared = Preprocessor.Prepare(image, description.Input);
        var prepare = Lap(clock);
        using var pass = Pass.Forward(model, Tensor(model, prepared), [], cancellation);
        return new PredictionAnswer(
            ModelIdentity.Of(description), prepared.Geometry, image, new ClassScores(description, pass.Scores!.Row(0)).Top(top), new Timings(decoded, prepare, Lap(clock), 0, 0));
    }

    private static void RequirePictures(ModelDescription description)
    {
        if (!description.Input.TakesPictures)
            throw new ExplainException(ExplainError.InvalidRequest, $"model '{description.Name}' takes tensors of {description.Input.Channels} channels, not pictures; post them to /v2/models/{description.Name}/explain");
    }

    private RgbImage Decode(ReadOnlyMemory<byte> bytes) => bytes.Length > options.MaxImageBytes
        ? throw new ExplainException(ExplainError.PayloadTooLarge, $"the image has {bytes.Length} bytes; allowed are {options.MaxImageBytes}")
        : codec.Decode(bytes, options.MaxImagePixels);

    private static FloatTensor Tensor(Model model, PreparedInput input)
    {
        var spec = model.Description.Input;
        // A model made for several pictures at a time gets the same one in every place.
        var rows = model.BatchSize ?? 1;
        return new FloatTensor(
            spec.Layout == TensorLayout.Nchw ? [rows, spec.Channels, spec.Height, spec.Width] : [rows, spec.Height, spec.Width, spec.Channels],
            rows == 1 ? input.Tensor : [.. Enumerable.Repeat(input.Tensor, rows).SelectMany(v => v)]);
    }

    private static string Id(
        ReadOnlySpan<byte> image, ModelDescription model, IReadOnlyList<ExplainPlan> plans, ClassScores scores, IReadOnlyList<TargetExplanation> answers)
    {
        var parameters = plans[0].Parameters;
        var facts = string.Join('|', Convert.ToHexStringLower(SHA256.HashData(image)), model.Sha256,
            string.Join(';', plans.Select(p => $"{p.Method.Info.Id}@{p.LayerName}:{p.Score.Name}")),
            string.Join(',', plans[0].Targets.Select(t => t.Resolve(scores.Ranking))), parameters.Sign, parameters.Threshold, parameters.Clip,
            MethodOptions.Of(parameters), string.Join(',', answers.Select(a => a.Partial?.Done)),
            // The lists inside are written out; a record would print their type.
            JsonSerializer.Serialize(model.Input));
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(facts)));
    }

    private static double Lap(Stopwatch clock)
    {
        var elapsed = clock.Elapsed.TotalMilliseconds;
        clock.Restart();
        return Math.Round(elapsed, 3);
    }
}
