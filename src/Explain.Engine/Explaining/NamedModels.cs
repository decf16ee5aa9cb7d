using Explain.Engine.Inputs;
using Explain.Engine.Parameters;

namespace Explain.Engine.Explaining;

/// <summary>
/// One answer of a model by its name: the model that is served under it when the call begins answers, whatever is loaded in its place
/// meanwhile.
/// </summary>
public static class NamedModels
{
    /// <inheritdoc cref="Explainer.ExplainAsync"/>
    public static async Task<Explanation> ExplainAsync(
        this Explainer explainer,
        string model,
        ReadOnlyMemory<byte> image,
        ExplainParameters parameters,
        CancellationToken cancellation
    )
    {
        using var lease = explainer.Borrow(model);
        return await explainer.ExplainAsync(lease, image, parameters, cancellation);
    }

    /// <inheritdoc cref="Explainer.CompareAsync"/>
    public static async Task<Explanation> CompareAsync(
        this Explainer explainer,
        string model,
        ReadOnlyMemory<byte> image,
        ExplainParameters parameters,
        CompareParameters compare,
        CancellationToken cancellation
    )
    {
        using var lease = explainer.Borrow(model);
        return await explainer.CompareAsync(lease, image, parameters, compare, cancellation);
    }

    /// <inheritdoc cref="Explainer.CheckAsync"/>
    public static async Task CheckAsync(
        this Explainer explainer,
        string model,
        ExplainParameters parameters,
        CancellationToken cancellation
    )
    {
        using var lease = explainer.Borrow(model);
        await explainer.CheckAsync(lease, parameters, cancellation);
    }

    /// <inheritdoc cref="Explainer.EstimateAsync"/>
    public static async Task<CostEstimate> EstimateAsync(
        this Explainer explainer,
        string model,
        ExplainParameters parameters,
        CancellationToken cancellation
    )
    {
        using var lease = explainer.Borrow(model);
        return await explainer.EstimateAsync(lease, parameters, cancellation);
    }

    /// <summary>The best classes of a picture.</summary>
    /// <inheritdoc cref="Explainer.PredictAsync"/>
    public static async Task<PredictionAnswer> PredictAsync(
        this Explainer explainer,
        string model,
        ReadOnlyMemory<byte> image,
        int top,
        CancellationToken cancellation
    )
    {
        using var lease = explainer.Borrow(model);
        return await explainer.PredictAsync(lease, image, top, InputTensor.None, cancellation);
    }
}
