using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Explain.Engine.Images;
using Explain.Engine.Inputs;
using Explain.Engine.Methods;
using Explain.Engine.Models;
using Explain.Engine.Targets;
using Explain.Engine.Targets.Outputs;

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

    /// <summary>The best classes of a picture.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="image">An encoded picture.</param>
    /// <param name="top">How many classes, 1 to the model's number of classes.</param>
    /// <param name="cancellation">Ends the native run too.</param>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public Task<PredictionAnswer> PredictAsync(string model, ReadOnlyMemory<byte> image, int top, CancellationToken cancellation) =>
        PredictAsync(model, image, top, InputTensor.None, cancellation);

    /// <summary>The best classes of a picture and the other inputs of the model.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="image">An encoded picture.</param>
    /// <param name="top">How many classes, 1 to the model's number of classes.</param>
    /// <param name="inputs">Values of the model's inputs beside the picture, by name.</param>
    /// <param name="cancellation">Ends the native run too.</param>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public Task<PredictionAnswer> PredictAsync(string model, ReadOnlyMemory<byte> image, int top, IReadOnlyDictionary<string, InputTensor> inputs, CancellationToken cancellation) =>
        Task.Run(() => Predict(catalogue.Find(model), image, top, inputs, cancellation), cancellation);

    /// <summary>Explains rows of the model's own input tensor.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="query">Input, targets and method.</param>
    /// <param name="cancellation">Ends the native run too.</param>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public Task<TensorAnswer> ExplainTensorAsync(string model, TensorQuery query, CancellationToken cancellation) =>
        Task.Run(() => TensorExplainer.Explain(catalogue.Find(model), query, new Pictures(codec, options, cancellation), cancellation), cancellation);

    private Explanation Explain(Model model, ReadOnlyMemory<byte> bytes, ExplainParameters parameters, CancellationToken cancellation)
    {
        var description = model.Description;
        var pictures = new Pictures(codec, options, cancellation);
        ExplainPlan[] plans = [.. TargetGroup.Of(model, parameters, 1, pictures).Select(group => ExplainPlan.Make(group, parameters))];
        RequirePictures(description);
        var clock = Stopwatch.StartNew();
        var image = pictures.Decode(bytes);
        var decoded = Lap(clock);
        cancellation.ThrowIfCancellationRequested();
        var prepared = Preprocessor.Prepare(image, description.Input);
        var prepare = Lap(clock);
        var input = PictureInput.Of(model, prepared);
        var answers = plans.Select(plan => Explain(plan, input, prepared.Geometry, cancellation)).ToArray();
        var scores = answers.FirstOrDefault(a => a.Scores is not null)?.Scores ?? Classify(model.With(plans[0].Model.Further), description, input, cancellation);
        var targets = plans.Zip(answers).SelectMany(p => p.First.Targets.Places.Zip(p.Second.Targets)).OrderBy(t => t.First).Select(t => t.Second).ToArray();
        var (run, mapped) = (Math.Round(answers.Sum(a => a.Running.TotalMilliseconds), 3), Lap(clock));
        return new Explanation(
            Id(bytes.Span, description, plans, targets), Identity(description), prepared.Geometry, image, scores?.Top(TopClasses) ?? [], targets,
            new Timings(decoded, prepare, run, Math.Round(mapped - run, 3), 0));
    }

    private static GroupAnswer Explain(ExplainPlan plan, FloatTensor input, Geometry geometry, CancellationToken cancellation)
    {
        using var study = plan.Study(input, plan.Targets.Rounds((int)input.Shape[0]), cancellation);
        var results = plan.Targets.Objectives.Select((_, i) => plan.Run(study, i, 0)).ToArray();
        // Asked for earlier, the scores would take a forward pass of their own.
        var scores = plan.Model.Description.Classes > 0 ? new ClassScores(plan.Model.Description, study.Scores.Row(0)) : null;
        var targets = results.Select((r, i) => Explain(plan, study, scores, i, r.Values, r.Map, geometry)).ToArray();
        return new GroupAnswer(targets, scores, study.Running);
    }

    private static TargetExplanation Explain(
        ExplainPlan plan, Study study, ClassScores? scores, int round, Attribution values, MapFinish.Result result, Geometry geometry)
    {
        var objective = study.Objective(round, 0);
        var explained = objective is ClassObjective { Target: var target } ? scores!.Of((int)target.Code) : null;
        var boxes = Boxes.Find(result.Map, geometry, plan.Parameters.Threshold ?? plan.Method.Info.Threshold);
        var facts = (objective as CotangentObjective)?.Facts;
        var diagnostics = Diagnose.All(result.Map, result.Finite, explained is null || explained.Index == scores!.Ranking[0], boxes, geometry);
        var (channels, features) = ChannelFacts.Of(plan, study, round, values);
        return new TargetExplanation(plan.Method.Info.Id, plan.LayerName, plan.Targets.Score.Name, explained, result.Map, boxes, [.. values.Diagnostics, .. Diagnose.Output(facts), .. diagnostics])
        {
            Output = facts is null ? null : facts with { Value = objective.Value(study.Scores.Row(0)) },
            Channels = channels,
            Features = features,
        };
    }

    private static ClassScores? Classify(Model model, ModelDescription description, FloatTensor input, CancellationToken cancellation)
    {
        if (description.Classes == 0) return null;
        using var pass = Pass.Forward(model, input, [], cancellation);
        return new ClassScores(description, pass.Scores!.Row(0));
    }

    private PredictionAnswer Predict(Model model, ReadOnlyMemory<byte> bytes, int top, IReadOnlyDictionary<string, InputTensor> inputs, CancellationToken cancellation)
    {
        var description = model.Description;
        if (description.Classes == 0)
            throw new ExplainException(ExplainError.TargetOutOfRange, $"model '{description.Name}' has no class scores to predict; its output '{description.Logit}' is a {description.Explainable[0].Kind.ToString().ToLowerInvariant()}, see the model's description");
        if (top < 1 || top > description.Classes)
            throw new ExplainException(ExplainError.TargetOutOfRange, $"top is {top}; the model has {description.Classes} classes");
        RequirePictures(description);
        var bound = model.With(FurtherInputs.Bind(model.Graph, description, inputs, 1));
        var clock = Stopwatch.StartNew();
        var image = new Pictures(codec, options, cancellation).Decode(bytes);
        var decoded = Lap(clock);
        var prepared = Preprocessor.Prepare(image, description.Input);
        var prepare = Lap(clock);
        var scores = Classify(bound, description, PictureInput.Of(model, prepared), cancellation)!;
        return new PredictionAnswer(Identity(description), prepared.Geometry, image, scores.Top(top), new Timings(decoded, prepare, Lap(clock), 0, 0));
    }

    private static void RequirePictures(ModelDescription description)
    {
        if (!description.Input.TakesPictures)
            throw new ExplainException(ExplainError.InvalidRequest, $"model '{description.Name}' takes tensors of {description.Input.Channels} channels, not pictures; post them to /v2/models/{description.Name}/explain");
    }

    private static ModelIdentity Identity(ModelDescription description) => new(description.Name, description.Version, description.Sha256);

    private static string Id(ReadOnlySpan<byte> image, ModelDescription model, ExplainPlan[] plans, TargetExplanation[] targets)
    {
        var (plan, parameters) = (plans[0], plans[0].Parameters);
        string[] other = TargetReader.IsJson(parameters.Target) ? [parameters.Target] : [];
        string[] inputs = plan.Model.Further.Digest is { Length: > 0 } digest ? [digest] : [];
        var facts = string.Join('|', [
            Convert.ToHexStringLower(SHA256.HashData(image)), model.Sha256, plan.Method.Info.Id, plan.LayerName, plan.Targets.Score.Name,
            string.Join(',', targets.Select(t => t.Target?.Index)), parameters.Sign, parameters.Threshold, parameters.Seed, parameters.Samples, parameters.Compat,
            // The lists inside are written out; a record would print their type.
            JsonSerializer.Serialize(model.Input), .. other, .. inputs]);
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(facts)));
    }

    private static double Lap(Stopwatch clock)
    {
        var elapsed = clock.Elapsed.TotalMilliseconds;
        clock.Restart();
        return Math.Round(elapsed, 3);
    }

    private sealed record GroupAnswer(IReadOnlyList<TargetExplanation> Targets, ClassScores? Scores, TimeSpan Running);
}
