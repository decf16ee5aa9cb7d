using Explain.Autodiff.Graphs;
using Explain.Engine.Vocabulary;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Explain.Engine.Models.Sessions;

/// <summary>A graph that is asked for some of its values while a model is read; nothing of it is kept.</summary>
/// <param name="graph">The graph.</param>
/// <param name="folder">Where weights outside the file are, or null.</param>
/// <param name="cancellation">Ends the opening and every run.</param>
/// <exception cref="NotSupportedException">ONNX Runtime does not open it.</exception>
/// <exception cref="OperationCanceledException">Cancelled.</exception>
internal sealed class TrialSession(Graph graph, string? folder, CancellationToken cancellation) : IDisposable
{
    private readonly InferenceSession _session = SessionFactory.OpenAsItIs(graph, folder, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    /// <summary>Float outputs, in this order.</summary>
    /// <exception cref="NotSupportedException">ONNX Runtime cannot run it.</exception>
    public FloatTensor[] Floats(IReadOnlyDictionary<string, RunTensor> feeds, IReadOnlyCollection<string> outputs) =>
        Run(() =>
        {
            var values = SessionRun.Run(_session, feeds, null, [.. outputs.Select(o => new RunOutput(o))], cancellation);
            FloatTensor[] copies = [.. values.Select(v => v.Copy())];
            Array.ForEach(values, v => v.Dispose());
            return copies;
        });

    /// <summary>Outputs of a graph without inputs that are one boolean each; null for others.</summary>
    /// <exception cref="NotSupportedException">ONNX Runtime cannot run it.</exception>
    public bool?[] Booleans(IReadOnlyCollection<string> outputs) =>
        Run(() =>
        {
            using var options = new RunOptions();
            using var results = _session.Run(options, new Dictionary<string, OrtValue>(), outputs);
            return results.Select(One).ToArray();
        });

    private T Run<T>(Func<T> run)
    {
        try
        {
            return run();
        }
        catch (OnnxRuntimeException failure)
        {
            throw new NotSupportedException(NativeFailure.Describe(failure, graph), failure);
        }
    }

    private static bool? One(OrtValue value) =>
        value.GetTensorTypeAndShape() is { ElementDataType: TensorElementType.Bool, ElementCount: 1 }
            ? value.GetTensorDataAsSpan<bool>()[0]
            : null;
}
