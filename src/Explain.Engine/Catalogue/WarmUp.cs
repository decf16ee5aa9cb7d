using System.Runtime.ExceptionServices;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Models;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Catalogue;

/// <summary>
/// The first runs of a model. They open the session of the usual request and lay out its memory, for which no client should wait, and find
/// out whether items mind each other.
/// </summary>
internal static class WarmUp
{
    /// <summary>Runs a model that was just loaded.</summary>
    /// <param name="loaded">The model.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.MethodNotSupported"/>: ONNX Runtime cannot run it.</exception>
    /// <exception cref="NotSupportedException">ONNX Runtime does not even open it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void Run(LoadedModel loaded, CancellationToken cancellation)
    {
        var layer = loaded.Description.Layer is { } own && Requirement.LayerGradient.WhyNot(loaded.View, own) is null ? own : null;
        try
        {
            Probe(loaded, layer, cancellation);
        }
        catch (ExplainException) when (layer is not null)
        {
            Probe(loaded, null, cancellation);
            throw;
        }
    }

    private static void Probe(LoadedModel loaded, string? layer, CancellationToken cancellation)
    {
        try
        {
            loaded.Note(new RowProbe(loaded, layer, cancellation).Run());
        }
        // Then there are no scores either.
        catch (ExplainException e) when (layer is null && e.InnerException is NotSupportedException reason)
        {
            ExceptionDispatchInfo.Throw(reason);
        }
    }
}
