using System.Globalization;
using System.Security.Cryptography;
using Explain.Engine.Images;
using Explain.Engine.Inputs;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Scheduling;
using Explain.Engine.Targets.Outputs;
using Explain.Engine.Telemetry;
using Explain.Engine.Turns;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>Explains one image after the other, on the thread that asks: decodes, prepares, runs the plans, names the answer.</summary>
/// <param name="codec">The image library.</param>
/// <param name="options">Limits.</param>
internal sealed class ImageExplainer(IImageCodec codec, EngineOptions options)
{
    private const int TopClasses = 5;

    // More of them would only take turns on the same processors, and hold more memory.
    private readonly FairQueue _decoding = new(Environment.ProcessorCount);

    /// <summary>Decodes on behalf of a request.</summary>
    public ImageReader Reader(RunContext run) => new(codec, options, _decoding, run);

    /// <summary>Turns an image into a batch item of the model's own input.</summary>
    /// <exception cref="ExplainException">It cannot be decoded.</exception>
    public FloatTensor Item(Model model, ReadOnlyMemory<byte> image, RunContext run) =>
        ImageInput.Item(model, Prepare(Decode(image, model.Description, run), model.Description, run));

    /// <summary>Explains an image as it was planned.</summary>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public Explanation Explain(Model model, ReadOnlyMemory<byte> bytes, IReadOnlyList<IReadOnlyList<ExplainPlan>> groups, RunContext run)
    {
        var description = model.Description;
        RequireImages(description);
        var image = Decode(bytes, description, run);
        run.Cancellation.ThrowIfCancellationRequested();
        var prepared = Prepare(image, description, run);
        var clock = WorkClock.Start(run.Trace);
        ExplainPlan[] plans = [.. groups.SelectMany(g => g)];
        plans[0].Deadline.Expect(plans.Where(p => p.Method.StopsInTime).Sum(p => p.Targets.Objectives.Count * p.Layers.Count * p.Inputs));
        var places = groups.Sum(g => g[0].Targets.Objectives.Count);
        var answers = groups.Select(g => GroupExplainer.Explain(g, prepared, places, run)).ToArray();
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
            Drawn(bytes, image, description, run),
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

    /// <summary>The best classes of an image.</summary>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public PredictionAnswer Predict(
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
        var decoded = Decode(bytes, description, run);
        var prepared = Prepare(decoded, description, run);
        var scores = Classify(bound, prepared, run, out var running)!;
        return new PredictionAnswer(
            ModelIdentity.Of(description),
            prepared.Geometry,
            new Picture(decoded),
            scores.Top(top),
            Timings.Of(run.Trace, running, TimeSpan.Zero)
        );
    }

    /// <summary>Checks that a model takes images.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>.</exception>
    public static void RequireImages(ModelDescription description)
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

    private RgbImage Decode(ReadOnlyMemory<byte> image, ModelDescription description, RunContext run)
    {
        using var stage = run.Trace.Time(Stage.Decode);
        return stage.Done(Reader(run).Decode(image, description.Input));
    }

    private Picture Drawn(ReadOnlyMemory<byte> bytes, RgbImage read, ModelDescription description, RunContext run) =>
        description.Input.Decode == Decoding.Exact
            ? new Picture(read)
            : new Picture(read, () => Reader(run).Decode(bytes, description.Input.Alpha));

    private static PreparedInput Prepare(RgbImage image, ModelDescription description, RunContext run)
    {
        using var stage = run.Trace.Time(Stage.Preprocess);
        return stage.Done(Preprocessor.Prepare(image, description.Input));
    }

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
