namespace Explain.Service.Protocols.OpenInference;

/// <summary>A request of the Open Inference Protocol.</summary>
/// <param name="Id">The caller's id, or one of ours.</param>
/// <param name="Parameters">Names and values.</param>
/// <param name="Inputs">The tensors.</param>
/// <param name="Outputs">What is asked for; null for the usual.</param>
/// <param name="BinaryOutput">Whether outputs that say nothing of it come in the binary form.</param>
/// <param name="Timeout">Time in which the caller wants the answer; null for the service's own.</param>
internal sealed record InferRequest(
    string Id,
    IReadOnlyList<KeyValuePair<string, string>> Parameters,
    IReadOnlyList<InferTensor> Inputs,
    IReadOnlyList<InferOutput>? Outputs,
    bool BinaryOutput,
    TimeSpan? Timeout
);

/// <summary>An output that is asked for.</summary>
/// <param name="Name">Name.</param>
/// <param name="Binary">Whether in the binary form; null: as the request says.</param>
internal sealed record InferOutput(string Name, bool? Binary);
