using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Explain.Engine.Images;
using Explain.Engine.Methods;
using Explain.Engine.Models;
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
        Task.Run(() => Explain(catalogue.Find(model), image, parameters, cancellation), cancellation);

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

    private Explanation Explain(Model model, ReadOnlyMemory<byte> bytes, ExplainParameters parameters, CancellationToken cancellation)
    {
        var description = model.Description;
        var plan = ExplainPlan.Make(model, parameters);
        RequirePictures(description);
        var clock = Stopwatch.StartNew();
        var image = Decode(bytes);
        var decoded = Lap(clock);
        cancellation.ThrowIfCancellationRequested();
        var prepared = Preprocessor.Prepare(image, description.Input);
        var prepare = Lap(clock);
        var input = Tensor(model, prepared);
        IObjective[][] rounds = [.. plan.Targets.Select(t => Enumerable.Repeat<IObjective>(new ClassObjective(plan.Score, t), (int)input.Shape[0]).ToArray())];
        plan.Time.Expect(rounds.Length * plan.Layers.Count);
        using var study = plan.Study(input, rounds, cancellation);
        var explained = rounds.Select((_, i) => plan.Run(study, i, 0)).ToArray();
        var scores = new ClassScores(description, study.Scores.Row(0));
        var targets = explained.Select((e, i) => Explain(plan, scores, plan.Targets[i], e.Values, e.Map, prepared.Geometry)).ToArray();
        var (run, mapped) = (Math.Round(study.Running.TotalMilliseconds, 3), Lap(clock));
        return new Explanation(
            Id(bytes.Span, description, plan, scores, targets), ModelIdentity.Of(description), prepared.Geometry, image, scores.Top(TopClasses), targets,
            new Timings(decoded, prepare, run, Math.Round(mapped - run, 3), 0));
    }

    private static TargetExplanation Explain(ExplainPlan plan, ClassScores scores, Target target, Attribution values, MapFinish.Result result, Geometry geometry)
    {
        var resolved = target.Resolve(scores.Ranking);
        var boxes = Boxes.Find(result.Map, geometry, plan.Parameters.Threshold ?? plan.Method.Info.Threshold);
        var diagnostics = Diagnose.All(result.Map, result.Finite, values.Partial, resolved == scores.Ranking[0], boxes, geometry);
        return new TargetExplanation(plan.Method.Info.Id, plan.LayerName, plan.Score.Name, scores.Of(resolved), result.Map, boxes, [.. values.Diagnostics, .. diagnostics]) { Partial = values.Partial };
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

    private static string Id(ReadOnlySpan<byte> image, ModelDescription model, ExplainPlan plan, ClassScores scores, IReadOnlyList<TargetExplanation> answers)
    {
        var parameters = plan.Parameters;
        var facts = string.Join('|', Convert.ToHexStringLower(SHA256.HashData(image)), model.Sha256, plan.Method.Info.Id, plan.LayerName, plan.Score.Name,
            string.Join(',', plan.Targets.Select(t => t.Resolve(scores.Ranking))), parameters.Sign, parameters.Threshold, parameters.Seed, parameters.Samples, parameters.Compat,
            parameters.Window, parameters.Stride, string.Join(',', answers.Select(a => a.Partial?.Done)),
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
