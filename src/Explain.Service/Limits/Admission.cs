using Explain.Engine.Catalogue;
using Explain.Engine.Models;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Limits;

/// <summary>
/// How a request comes to its turn, whatever protocol it speaks. All are refused in one order: the model is not there or not ready, its
/// queue is full, an image is none or too large.
/// </summary>
internal sealed class Admission(ModelCatalogue catalogue, AdmissionGate gate, ImageMemoryLimiter memory)
{
    /// <summary>
    /// The model that answers a request from beginning to end. Asked for before the body is read, which may depend on it.
    /// </summary>
    /// <param name="model">Name.</param>
    /// <param name="version">The version it must have; null for the one that is served.</param>
    /// <exception cref="ExplainException">
    /// <see cref="ExplainError.ModelNotFound"/>, <see cref="ExplainError.ModelNotReady"/> or <see cref="ExplainError.Overloaded"/>.
    /// </exception>
    public ModelLease Admit(string model, string? version = null)
    {
        var lease = catalogue.Borrow(model, version);
        try
        {
            gate.RefuseWhenFull(model);
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Waits for a place in the model's queue, then for the memory that the images take.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">Encoded images that are decoded one after the other; empty for none.</param>
    /// <param name="run">On whose behalf.</param>
    /// <returns>The turn, until it is disposed of.</returns>
    /// <exception cref="ExplainException"><see cref="ExplainError.Overloaded"/>, or an image is none or too large.</exception>
    public async Task<IDisposable> EnterAsync(ModelLease model, IReadOnlyList<ReadOnlyMemory<byte>> images, RunContext run)
    {
        var place = await gate.EnterAsync(model.Description.Name, run);
        if (images.Count == 0)
            return place;
        try
        {
            return new Turn(place, await memory.ReserveAsync(images, run));
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }
}
