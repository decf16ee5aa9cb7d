using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Inputs;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests;

/// <summary>
/// Models asked by their names: the one that is served under a name when the call begins answers, whatever is loaded in its place
/// meanwhile.
/// </summary>
internal sealed class NamedModels(ModelCatalogue catalogue, IImageCodec codec, EngineOptions options)
{
    public Explainer Explainer { get; } = new(codec, options);

    public async Task<Explanation> ExplainAsync(
        string model,
        ReadOnlyMemory<byte> image,
        ExplainParameters parameters,
        CancellationToken cancellation
    )
    {
        using var lease = catalogue.Borrow(model);
        return await Explainer.ExplainAsync(lease, image, parameters, RunContext.Alone(cancellation));
    }

    public async Task<Explanation> CompareAsync(
        string model,
        ReadOnlyMemory<byte> image,
        ExplainParameters parameters,
        CompareParameters compare,
        CancellationToken cancellation
    )
    {
        using var lease = catalogue.Borrow(model);
        return await Explainer.ExplainAsync(lease, image, parameters, RunContext.Alone(cancellation), compare);
    }

    public async Task CheckAsync(string model, ExplainParameters parameters, CancellationToken cancellation)
    {
        using var lease = catalogue.Borrow(model);
        await Explainer.PlanAsync(lease, parameters, null, new OutputParameters(), RunContext.Alone(cancellation));
    }

    public async Task<CostEstimate> EstimateAsync(string model, ExplainParameters parameters, CancellationToken cancellation)
    {
        using var lease = catalogue.Borrow(model);
        var run = RunContext.Alone(cancellation);
        return await Explainer.EstimateAsync(lease, await Explainer.PlanAsync(lease, parameters, null, new OutputParameters(), run), run);
    }

    public async Task<PredictionAnswer> PredictAsync(string model, ReadOnlyMemory<byte> image, int top, CancellationToken cancellation)
    {
        using var lease = catalogue.Borrow(model);
        return await Explainer.PredictAsync(lease, image, top, InputTensor.None, RunContext.Alone(cancellation));
    }
}
