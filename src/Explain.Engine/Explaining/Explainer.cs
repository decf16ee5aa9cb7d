using System.Globalization;
using System.Security.Cryptography;
using Explain.Engine.Images;
using Explain.Engine.Inputs;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Scheduling;
using Explain.Engine.Parameters;
using Explain.Engine.Targets.Outputs;
using Explain.Engine.Telemetry;
using Explain.Engine.Turns;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>Explains images: bytes in, maps with everything needed to draw them out.</summary>
/// <param name="codec">The image library.</param>
/// <param name="options">Limits.</param>
public sealed class Explainer(IImageCodec codec, EngineOptions options)
{
    private const int TopClasses = 5;

    // More of them would only take turns on the same processors, and hold more memory.
    private readonly FairQueue _decoding = new(Environment.ProcessorCount);

    /// <summary>Explains why a model scores one or more classes of an image as it does.</summary>
    /// <param name="model">The model.</param>
    /// <param name="image">An encoded image.</param>
    /// <param name="parameters">What to explain, and how.</param>
    /// <param name="run">On whose behalf.</param>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<Explanation> ExplainAsync(ModelLease model, ReadOnlyMemory<byte> image, ExplainParameters parameters, RunContext run) =>
        OnAsync(model, parameters.Method, run, found => Explain(found, image, Plans.Of(found, parameters, Images(run)), run));

    /// <summary>
    /// Explains the same targets of an image by several methods, at several layers, from one forward pass for each tensor they belong to.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="image">An encoded image.</param>
    /// <param name="parameters">What to explain; its method and layer play no part.</param>
    /// <param name="compare">Methods and layers: every method at every layer, one after the other.</param>
    /// <param name="run">On whose behalf.</param>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<Explanation> CompareAsync(
        ModelLease model,
        ReadOnlyMemory<byte> image,
        ExplainParameters parameters,
        CompareParameters compare,
        RunContext run
    ) =>
        OnAsync(model, compare.Methods is [var only] ? only : RequestTrace.Several, run, found =>
            Explain(found, image, Plans.Of(found, parameters, compare, Images(run)), run)
        );

    /// <summary>Checks everything about a request that does not depend on the image, and says what it takes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parameters">What to explain, and how.</param>
    /// <param name="compare">Methods and layers in the place of those of the parameters; null for those.</param>
    /// <param name="output">How the answer is written.</param>
    /// <param name="run">On whose behalf.</param>
    /// <exception cref="ExplainException">What is wrong with it.</exception>
    public Task<PlannedExplanation> PlanAsync(
        ModelLease model,
        ExplainParameters parameters,
        CompareParameters? compare,
        OutputParameters output,
        RunContext run
    )
    {
        var method =
            compare is null ? parameters.Method
            : compare.Methods is [var only] ? only
            : RequestTrace.Several;
        return OnAsync(model, method, run, found =>
        {
            var groups = compare is null ? Plans.Of(found, parameters, Images(run)) : Plans.Of(found, parameters, compare, Images(run));
            return new PlannedExplanation(method, groups, Prices.Of(groups, output));
        });
    }

    /// <summary>Explains an image as it was planned.</summary>
    /// <param name="model">The model of the plan.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="image">An encoded image.</param>
    /// <param name="deadline">Time for methods that answer with what they have, from now on; null for no end.</param>
    /// <param name="run">On whose behalf.</param>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<Explanation> ExplainAsync(
        ModelLease model,
        PlannedExplanation plan,
        ReadOnlyMemory<byte> image,
        TimeSpan? deadline,
        RunContext run
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        return OnAsync(model, plan.Method, run, found => Explain(found, image, Plans.Within(plan.Groups, deadline), run));
    }

    /// <summary>What an explanation of an image will cost.</summary>
    /// <param name="model">The model.</param>
    /// <param name="plan">The plan, of one method.</param>
    /// <param name="run">On whose behalf.</param>
    public static Task<CostEstimate> EstimateAsync(ModelLease model, PlannedExplanation plan, RunContext run)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return OnAsync(model, plan.Method, run, _ => CostEstimator.Of([.. plan.Groups.Select(p => p[0])], plan.Price, run));
    }

    /// <summary>The best classes of an image and the other inputs of the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="image">An encoded image.</param>
    /// <param name="top">How many classes, 1 to the model's number of classes.</param>
    /// <param name="inputs">Values of the model's inputs beside the image, by name.</param>
    /// <param name="run">On whose behalf.</param>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public Task<PredictionAnswer> PredictAsync(
        ModelLease model,
        ReadOnlyMemory<byte> image,
        int top,
        IReadOnlyDictionary<string, InputTensor> inputs,
        RunContext run
    ) => OnAsync(model, RequestTrace.Nothing, run, found => Predict(found, image, top, inputs, run));

    /// <summary>Explains batch items of the model's own input tensor.</summary>
    /// <param name="model">The model.</param>
    /// <param name="query">Input, targets and method.</param>
    /// <param name="run">On whose behalf.</param>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public Task<TensorAnswer> ExplainTensorAsync(ModelLease model, TensorQuery query, RunContext run) =>
        OnAsync(model, query.Parameters.Method, run, found => TensorExplainer.Explain(found, query, Images(run), run));

    /// <summary>Checks a query that its input is not needed for, and says what it takes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="query">Targets and method.</param>
    /// <param name="items">Batch items of the input.</param>
    /// <param name="run">On whose behalf.</param>
    /// <exception cref="ExplainException">What is wrong with it.</exception>
    public Task<Price> PriceAsync(ModelLease model, TensorQuery query, int items, RunContext run) =>
        OnAsync(model, query.Parameters.Method, run, found => TensorExplainer.Price(found, query, items, Images(run)));

    /// <summary>Whether bytes begin like an image of a kind that is read.</summary>
    public static bool IsImage(ReadOnlySpan<byte> bytes) => SourceFormats.Detect(bytes) != SourceFormat.Unknown;

    /// <summary>Turns images into batch items of the model's own input, as an explanation of the image does.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">Encoded images, one at least.</param>
    /// <param name="run">On whose behalf; nobody waiting stops it before the next image.</param>
    /// <returns>[N, …] in the model's layout.</returns>
    /// <exception cref="ExplainException">The model takes no images, or one cannot be decoded.</exception>
    public Task<FloatTensor> PrepareAsync(ModelLease model, IReadOnlyList<ReadOnlyMemory<byte>> images, RunContext run)
    {
        ArgumentNullException.ThrowIfNull(model);
        RequireImages(model.Description);
        return model.Model.Loaded.Schedule.Threads.RunAsync(
            () => FloatTensor.Join([.. images.Select(image => Item(model.Model, image, run))]),
            run.Cancellation
        );
    }

    private FloatTensor Item(Model model, ReadOnlyMemory<byte> image, RunContext run)
    {
        var decoded = Decode(image, run);
        using (run.Trace.Time(Stage.Preprocess))
            return ImageInput.Item(model, Preprocessor.Prepare(decoded, model.Description.Input));
    }

    private static Task<T> OnAsync<T>(ModelLease lease, string method, RunContext run, Func<Model, T> work)
    {
        run.Trace.Ask(method);
        var model = lease.Model;
        return model.Loaded.Schedule.Threads.RunAsync(() => work(model), run.Cancellation);
    }

    private Explanation Explain(Model model, ReadOnlyMemory<byte> bytes, IReadOnlyList<IReadOnlyList<ExplainPlan>> groups, RunContext run)
    {
        var description = model.Description;
        RequireImages(description);
        var image = Decode(bytes, run);
        run.Cancellation.ThrowIfCancellationRequested();
        var prepared = Prepare(image, description, run);
        var clock = WorkClock.Start(run.Trace);
        ExplainPlan[] plans = [.. groups.SelectMany(g => g)];
        plans[0].Deadline.Expect(plans.Where(p => p.Method.StopsInTime).Sum(p => p.Targets.Objectives.Count * p.Layers.Count * p.Inputs));
        var answers = groups.Select(g => GroupExplainer.Explain(g, prepared, run)).ToArray();
        var classifying = TimeSpan.Zero;
        var scores = answers.FirstOrDefault(a => a.Scores is not null)?.Scores
            ?? Classify(model.With(plans[0].Model.Auxiliary), prepared, run, out classifying);
        var targets = answers
            .SelectMany(a => a.Explanations)
            .OrderBy(e => e.Plan)
            .ThenBy(e => e.Place)
            .Select(e => e.Explanation)
            .ToArray();
        run.Trace.Explain(
            targets.Select(t => t.Layer),
            targets.Select(t => t.Target?.Index.ToString(CultureInfo.InvariantCulture) ?? t.Output!.Output)
        );
        var running = answers.Aggregate(classifying, (sum, a) => sum + a.Running);
        var mapping = clock.Elapsed - running;
        run.Trace.Ended(Stage.Map, mapping);
        return new Explanation(
            Id(bytes.Span, description, plans, targets),
            ModelIdentity.Of(description),
            prepared.Geometry,
            image,
            scores?.Top(TopClasses) ?? [],
            targets,
            Timings.Of(run.Trace, running, mapping)
        )
        {
            Probabilities = scores?.Probabilities ?? [],
        };
    }

    private static ClassScores? Classify(Model model, PreparedInput input, RunContext run, out TimeSpan running)
    {
        running = TimeSpan.Zero;
        if (model.Description.Classes == 0)
            return null;
        var clock = new RunClock(run.Trace);
        using var pass = Forward(model, input, run, clock);
        running = clock.Total;
        return new ClassScores(model.Description, pass.Scores!.Item(0));
    }

    private static Pass Forward(Model model, PreparedInput input, RunContext run, RunClock clock)
    {
        using (clock.Measure())
            return Passes.Forward(model, ImageInput.Of(model, input), [], run);
    }

    private PredictionAnswer Predict(
        Model model,
        ReadOnlyMemory<byte> bytes,
        int top,
        IReadOnlyDictionary<string, InputTensor> inputs,
        RunContext run
    )
    {
        var description = model.Description;
        if (description.Classes == 0)
        {
            throw new ExplainException(
                ExplainError.TargetOutOfRange,
                $"model '{description.Name}' has no class scores to predict; its output '{description.Logit}' is a "
                    + $"{description.Explainable[0].Kind.ToString().ToLowerInvariant()}, see the model's description"
            );
        }

        if (top < 1 || top > description.Classes)
            throw new ExplainException(ExplainError.TargetOutOfRange, $"top is {top}; the model has {description.Classes} classes");
        RequireImages(description);
        var bound = model.With(AuxiliaryInputs.Bind(model.Graph, description, inputs, 1));
        var image = Decode(bytes, run);
        var prepared = Prepare(image, description, run);
        var scores = Classify(bound, prepared, run, out var running)!;
        return new PredictionAnswer(
            ModelIdentity.Of(description),
            prepared.Geometry,
            image,
            scores.Top(top),
            Timings.Of(run.Trace, running, TimeSpan.Zero)
        );
    }

    private static void RequireImages(ModelDescription description)
    {
        if (!description.Input.TakesImages)
        {
            throw new ExplainException(
                ExplainError.InvalidRequest,
                $"model '{description.Name}' takes tensors of {description.Input.Channels} channels, not images; post them to "
                    + $"/v2/models/{description.Name}/explain"
            );
        }
    }

    private RgbImage Decode(ReadOnlyMemory<byte> image, RunContext run)
    {
        using var stage = run.Trace.Time(Stage.Decode);
        try
        {
            return Images(run).Decode(image);
        }
        catch (Exception e)
        {
            stage.Fail(e);
            throw;
        }
    }

    private static PreparedInput Prepare(RgbImage image, ModelDescription description, RunContext run)
    {
        using (run.Trace.Time(Stage.Preprocess))
            return Preprocessor.Prepare(image, description.Input);
    }

    private ImageReader Images(RunContext run) => new(codec, options, _decoding, run);

    // Method, layer, score and class are those that were found to be meant; the inputs are named by their digest.
    private static string Id(ReadOnlySpan<byte> image, ModelDescription model, ExplainPlan[] plans, TargetExplanation[] targets)
    {
        var asked = plans[0].Parameters;
        var meant = asked with
        {
            Method = "",
            Layer = null,
            Score = null,
            Target = StrictJson.IsObjectOrArray(asked.Target) ? asked.Target : "",
            Inputs = InputTensor.None,
        };
        return AnswerId.Of(
            Convert.ToHexStringLower(SHA256.HashData(image)),
            model,
            meant,
            [
                plans[0].Model.Auxiliary.Digest,
                .. plans.Select(p => new[] { p.Method.Info.Id, p.LayerName, p.Targets.Score.Name }),
                .. targets.Select(t => t.Target?.Index),
                .. targets.Select(t => t.Partial?.Done),
            ]
        );
    }
}
