using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models.Sessions;

/// <summary>A float output of a run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Device">Where it is left; null for the memory of the host.</param>
internal readonly record struct RunOutput(string Name, DeviceMemory? Device = null);

/// <summary>Runs sessions: what a session asks for is fed.</summary>
internal static class SessionRun
{
    /// <summary>One run.</summary>
    /// <param name="session">The session.</param>
    /// <param name="feeds">Inputs by name, wherever they are; those the session has no use for are left out.</param>
    /// <param name="classes">The int64 input of that name, or null.</param>
    /// <param name="outputs">What to return, in this order.</param>
    /// <param name="cancellation">Ends the native run.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static RunTensor[] Run(
        InferenceSession session,
        IReadOnlyDictionary<string, RunTensor> feeds,
        (string Name, long[] Shape, long[] Values)? classes,
        IReadOnlyList<RunOutput> outputs,
        CancellationToken cancellation
    )
    {
        cancellation.ThrowIfCancellationRequested();
        using var binding = session.CreateIoBinding();
        foreach (var (name, tensor) in feeds.Where(f => session.InputMetadata.ContainsKey(f.Key)))
            binding.BindInput(name, tensor.Value);
        using var index =
            classes is { } c && session.InputMetadata.ContainsKey(c.Name) ? OrtValue.CreateTensorValueFromMemory(c.Values, c.Shape) : null;
        if (index is not null)
            binding.BindInput(classes!.Value.Name, index);
        // What is asked for twice is bound once.
        RunOutput[] bound = [.. outputs.DistinctBy(o => o.Name)];
        foreach (var output in bound)
            binding.BindOutputToDevice(output.Name, output.Device?.Info ?? OrtMemoryInfo.DefaultInstance);
        using var options = new RunOptions();
        using var registration = cancellation.Register(() => options.Terminate = true);
        try
        {
            RunTensor[] results =
            [
                .. session.RunWithBoundResults(options, binding).Zip(bound, (value, output) => RunTensor.Owning(value, output.Device)),
            ];
            return bound.Length == outputs.Count ? results : Each(results, bound, outputs);
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    private static RunTensor[] Each(RunTensor[] results, RunOutput[] bound, IReadOnlyList<RunOutput> outputs)
    {
        var (left, taken) = (bound.Zip(results).ToDictionary(r => r.First.Name, r => r.Second), new Dictionary<string, RunTensor>());
        return [.. outputs.Select(o => left.Remove(o.Name, out var result) ? taken[o.Name] = result : taken[o.Name].Again())];
    }
}
