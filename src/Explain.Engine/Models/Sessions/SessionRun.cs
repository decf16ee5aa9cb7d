using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models.Sessions;

/// <summary>Runs sessions: what a session asks for is fed.</summary>
internal static class SessionRun
{
    /// <summary>One run.</summary>
    /// <param name="session">The session.</param>
    /// <param name="feeds">Inputs by name; those the session has no use for are left out.</param>
    /// <param name="classes">The int64 input of that name, or null.</param>
    /// <param name="outputs">Float outputs to return, in this order.</param>
    /// <param name="cancellation">Ends the native run.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static RunTensor[] Run(
        InferenceSession session,
        IReadOnlyDictionary<string, RunTensor> feeds,
        (string Name, long[] Shape, long[] Values)? classes,
        IReadOnlyCollection<string> outputs,
        CancellationToken cancellation
    )
    {
        cancellation.ThrowIfCancellationRequested();
        var used = feeds.Where(f => session.InputMetadata.ContainsKey(f.Key)).ToArray();
        var names = used.Select(f => f.Key).ToList();
        var values = used.Select(f => f.Value.Value).ToList();
        using var index =
            classes is { } c && session.InputMetadata.ContainsKey(c.Name) ? OrtValue.CreateTensorValueFromMemory(c.Values, c.Shape) : null;
        if (index is not null)
        {
            names.Add(classes!.Value.Name);
            values.Add(index);
        }
        using var options = new RunOptions();
        using var registration = cancellation.Register(() => options.Terminate = true);
        try
        {
            return [.. session.Run(options, names, values, outputs).Select(RunTensor.Owning)];
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }
}
