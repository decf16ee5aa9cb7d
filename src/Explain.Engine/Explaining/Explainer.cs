using Explain.Engine.Images;
using Explain.Engine.Inputs;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>Explains images: bytes in, maps with everything needed to draw them out.</summary>
/// <param name="codec">The image library.</param>
/// <param name="options">Limits.</param>
public sealed class Explainer(IImageCodec codec, EngineOptions options)
{
    private readonly ImageExplainer _images = new(codec, options);

    /// <summary>Explains why a model scores one or more classes of an image as it does.</summary>
    /// <param name="model">The model.</param>
    /// <param name="image">An encoded image.</param>
    /// <param name="parameters">What to explain, and how.</param>
    /// <param name="run">On whose behalf.</param>
    /// <param name="compare">Methods and layers in the place of those of the parameters: every method at every layer, one after the other,
    /// from one forward pass for each tensor that the targets belong to; null for those of the parameters.</param>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<Explanation> ExplainAsync(
        ModelLease model,
        ReadOnlyMemory<byte> image,
        ExplainParameters parameters,
        RunContext run,
        CompareParameters? compare = null
    ) =>
        OnAsync(model, NameOf(parameters, compare), run, found =>
            _images.Explain(found, image, Plans.Of(found, parameters, compare, _images.Reader(run)), run)
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
        ArgumentNullException.ThrowIfNull(output);
        if (output.Format is { } format)
            output.Require(format);
        var method = NameOf(parameters, compare);
        return OnAsync(model, method, run, found =>
        {
            var groups = Plans.Of(found, parameters, compare, _images.Reader(run));
            return new PlannedExplanation(method, groups, Prices.Of(groups, output, run.Watch is not null));
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
        var passes = plan.Price.Passes;
        run.Watch?.Plan((long)passes.Forward + passes.Head + passes.Backward);
        return OnAsync(model, plan.Method, run, found => _images.Explain(found, image, Plans.Within(plan.Groups, deadline), run));
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
    ) => OnAsync(model, RequestTrace.Nothing, run, found => _images.Predict(found, image, top, inputs, run));

    /// <summary>Explains batch items of the model's own input tensor.</summary>
    /// <param name="model">The model.</param>
    /// <param name="query">Input, targets and method.</param>
    /// <param name="run">On whose behalf.</param>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public Task<TensorAnswer> ExplainTensorAsync(ModelLease model, TensorQuery query, RunContext run) =>
        OnAsync(model, query.Parameters.Method, run, found => TensorExplainer.Explain(found, query, _images.Reader(run), run));

    /// <summary>Checks a query that its input is not needed for, and says what it takes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="query">Targets and method.</param>
    /// <param name="items">Batch items of the input.</param>
    /// <param name="run">On whose behalf.</param>
    /// <exception cref="ExplainException">What is wrong with it.</exception>
    public Task<Price> PriceAsync(ModelLease model, TensorQuery query, int items, RunContext run) =>
        OnAsync(model, query.Parameters.Method, run, found => TensorExplainer.Price(found, query, items, _images.Reader(run)));

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
        ImageExplainer.RequireImages(model.Description);
        return model.Model.Loaded.Schedule.Threads.RunAsync(
            () => FloatTensor.Join([.. images.Select(image => _images.Item(model.Model, image, run))]),
            run.Cancellation
        );
    }

    private static Task<T> OnAsync<T>(ModelLease lease, string method, RunContext run, Func<Model, T> work)
    {
        run.Trace.Ask(method);
        var model = lease.Model;
        return model.Loaded.Schedule.Threads.RunAsync(() => work(model), run.Cancellation);
    }

    private static string NameOf(ExplainParameters parameters, CompareParameters? compare) =>
        compare is null ? parameters.Method
        : compare.Methods is [var only] ? only
        : RequestTrace.Several;
}
