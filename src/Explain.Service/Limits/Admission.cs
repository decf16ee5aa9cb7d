using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Models;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Explain.Service.Problems;
using Explain.Service.Requests;
using Explain.Service.Security;

namespace Explain.Service.Limits;

/// <summary>
/// How a request comes to its turn, whatever protocol it speaks. All are refused in one order: the model is not there or not ready, its
/// queue is full, the price is too high, the caller's quota is used up, an image is none or too large.
/// </summary>
internal sealed class Admission(ModelCatalogue catalogue, AdmissionGate gate, MemoryLimiter memory, Quotas quotas, LimitSettings settings)
{
    /// <summary>
    /// The model that answers a request from beginning to end. Asked for before the body is read, which may depend on it.
    /// </summary>
    /// <param name="model">Name.</param>
    /// <param name="run">On whose behalf.</param>
    /// <param name="version">The version it must have; null for the one that is served.</param>
    /// <exception cref="ExplainException">
    /// <see cref="ExplainError.ModelNotFound"/>, <see cref="ExplainError.ModelNotReady"/> or <see cref="ExplainError.Overloaded"/>.
    /// </exception>
    public ModelLease Admit(string model, RunContext run, string? version = null)
    {
        var lease = catalogue.Borrow(model, version);
        try
        {
            gate.RefuseWhenFull(model, run);
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Waits for a place at the model, then for the memory that the request takes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="price">What the request takes.</param>
    /// <param name="images">Encoded images that are decoded one after the other; empty for none.</param>
    /// <param name="deadline">When it must be answered: who has no turn by then gets none.</param>
    /// <param name="run">On whose behalf.</param>
    /// <returns>The turn, until it is disposed of.</returns>
    /// <exception cref="ExplainException">
    /// <see cref="ExplainError.OverBudget"/>, <see cref="ExplainError.Overloaded"/> or <see cref="ExplainError.DeadlineExceeded"/>; or an
    /// image is none or too large.
    /// </exception>
    /// <exception cref="ProblemException">The caller's quota does not suffice.</exception>
    public async Task<Turn> EnterAsync(
        ModelLease model,
        Price price,
        IReadOnlyList<ReadOnlyMemory<byte>> images,
        RequestDeadline deadline,
        RunContext run
    )
    {
        if (price.Work > settings.MaxPasses)
        {
            throw new ExplainException(
                ExplainError.OverBudget,
                $"this takes {price.Work} passes through the model; allowed are {settings.MaxPasses}: ask for fewer samples, targets, "
                    + "layers or methods"
            );
        }

        quotas.Charge(run.Caller, price.Work);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(run.Cancellation);
        waiting.CancelAfter(deadline.Left);
        var own = run with { Lane = price.Lane, Cancellation = waiting.Token };
        IDisposable? place = null;
        try
        {
            place = await gate.EnterAsync(model.Description.Name, own);
            return new Turn(place, await memory.ReserveAsync(price, images, own), run with { Lane = price.Lane });
        }
        catch (OperationCanceledException) when (!run.Cancellation.IsCancellationRequested)
        {
            place?.Dispose();
            throw new ExplainException(ExplainError.DeadlineExceeded, "the time of the request ran out before its turn came");
        }
        catch
        {
            place?.Dispose();
            throw;
        }
    }
}
