using Explain.Autodiff.Graphs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Models.Sessions;

/// <summary>
/// Whether graphs may have nodes of the engine's own, and for which layout: the one place that says so. They may on the CPU, where
/// convolutions compute in blocks of 8 or 16 channels, and where a small net has the gradient that standard operators give; and so may all
/// models but those with many weights or nodes, or with weights beside the file of which no copy is made.
/// </summary>
internal sealed class NativeSupport
{
    // Both directions have their own, and opening such a session takes several times their memory.
    private const long MostWeights = 32 * 1024 * 1024;

    // Blocks are laid out in a time that grows with the square of the nodes, of which a gradient has three times as many.
    private const int MostNodes = 3_000;

    // What the process runs on does not change.
    private static readonly Lazy<(int? Block, string? Reason)> Machine = new(NativeTrial.Run);

    private readonly ILogger _logger;
    private readonly Lazy<int?> _block;

    /// <summary>Support as this machine has it, found out when first asked for.</summary>
    /// <param name="asked">Whether such nodes are wanted, and models run on the CPU.</param>
    /// <param name="logger">Told why there are none.</param>
    public NativeSupport(bool asked, ILogger logger)
    {
        _logger = logger;
        _block = new(() =>
        {
            if (!asked)
                return null;
            if (Machine.Value.Reason is { } reason)
                logger.LogInformation("Gradients are computed with standard operators only: {Reason}", reason);
            return Machine.Value.Block;
        });
    }

    /// <summary>Support for a layout that is known.</summary>
    /// <param name="block">Channels of a block.</param>
    public NativeSupport(int block)
    {
        (_logger, _block) = (NullLogger.Instance, new(block));
    }

    /// <summary>Channels of a block; null where there are no such nodes.</summary>
    public int? Block => _block.Value;

    /// <summary>Whether a model's gradients may be computed by such nodes.</summary>
    public bool Serve(Graph model) =>
        Block is not null && !model.HasLargeWeights && model.WeightCount <= MostWeights && model.Nodes.Count <= MostNodes;

    /// <summary>Notes that a graph with such nodes did not open, and is opened without.</summary>
    public void Refused(NotSupportedException reason) =>
        _logger.LogWarning(reason, "A graph is opened with standard operators only: {Reason}", reason.Message);
}
