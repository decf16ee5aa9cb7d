using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models;

/// <summary>Runs sessions: what a session asks for is fed, what is asked of it is copied out.</summary>
internal static class SessionRun
{
    /// <summary>One run.</summary>
    /// <param name="session">The session.</param>
    /// <param name="feeds">Float inputs by name; those the session has no use for are left out.</param>
    /// <param name="classes">The int64 input of that name, or null.</param>
    /// <param name="outputs">Float outputs to return, in this order.</param>
    /// <param name="cancellation">Ends the native run.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static FloatTensor[] Run(
        InferenceSession session, IReadOnlyDictionary<string, FloatTensor> feeds, (string Name, long[] Shape, long[] Values)? classes,
        IReadOnlyList<string> outputs, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var names = new List<string>();
        var values = new List<OrtValue>();
        using var options = new RunOptions();
        using var registration = cancellation.Register(() => options.Terminate = true);
        try
        {
            foreach (var (name, tensor) in feeds.Where(f => session.InputMetadata.ContainsKey(f.Key)))
            {
                names.Add(name);
                values.Add(OrtValue.CreateTensorValueFromMemory(tensor.Values, [.. tensor.Shape]));
            }
            if (classes is { } c && session.InputMetadata.ContainsKey(c.Name))
            {
                names.Add(c.Name);
                values.Add(OrtValue.CreateTensorValueFromMemory(c.Values, c.Shape));
            }
            using var results = session.Run(options, names, values, outputs);
            return [.. results.Select(Copy)];
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        finally
        {
            foreach (var value in values) value.Dispose();
        }
    }

    private static FloatTensor Copy(OrtValue value) => new(value.GetTensorTypeAndShape().Shape, value.GetTensorDataAsSpan<float>().ToArray());
}
