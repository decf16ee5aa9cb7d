using System.Text.Json;
using System.Text.Json.Serialization;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>The server.</summary>
/// <param name="Name">Name.</param>
/// <param name="Version">Version.</param>
/// <param name="Extensions">Extensions of the protocol that it speaks.</param>
public sealed record ServerMetadata(string Name, string Version, IReadOnlyList<string> Extensions);

/// <summary>Whether the server lives.</summary>
/// <param name="Live">Always true.</param>
public sealed record ServerLive(bool Live);

/// <summary>Whether the server is ready.</summary>
/// <param name="Ready">Whether requests can be answered.</param>
public sealed record ServerReady(bool Ready);

/// <summary>Whether a model is ready.</summary>
/// <param name="Name">Name.</param>
/// <param name="Ready">Whether it can answer.</param>
public sealed record ModelReady(string Name, bool Ready);

/// <summary>The models.</summary>
/// <param name="Models">Their names.</param>
public sealed record ModelNames(IReadOnlyList<string> Models);

/// <summary>Which models of the repository are asked for.</summary>
/// <param name="Ready">Only those that answer.</param>
public sealed record IndexRequest(bool Ready = false);

/// <summary>A model of the repository.</summary>
/// <param name="Name">Name.</param>
/// <param name="Version">The version that is served or was to be served.</param>
/// <param name="State"><c>READY</c>, <c>LOADING</c> or <c>UNAVAILABLE</c>.</param>
/// <param name="Reason">Why loading failed the last time; empty otherwise.</param>
public sealed record RepositoryModel(string Name, string Version, string State, string Reason);

/// <summary>A model was loaded.</summary>
/// <param name="Name">Name.</param>
/// <param name="Load">Always true.</param>
public sealed record ModelLoaded(string Name, bool Load);

/// <summary>A model was unloaded.</summary>
/// <param name="Name">Name.</param>
/// <param name="Unload">Always true.</param>
public sealed record ModelUnloaded(string Name, bool Unload);

/// <summary>A model's interface.</summary>
/// <param name="Name">Name.</param>
/// <param name="Versions">The version that is served.</param>
/// <param name="Platform">Always <c>onnx_onnxv1</c>.</param>
/// <param name="Inputs">The graph's inputs.</param>
/// <param name="Outputs">The graph's outputs, then those of the explain route.</param>
/// <param name="Properties">What the explain route takes and gives beside that.</param>
public sealed record ModelMetadata(
    string Name,
    IReadOnlyList<string> Versions,
    string Platform,
    IReadOnlyList<TensorMetadata> Inputs,
    IReadOnlyList<TensorMetadata> Outputs,
    IReadOnlyDictionary<string, string> Properties
);

/// <summary>A tensor of a model's interface.</summary>
/// <param name="Name">Name.</param>
/// <param name="Datatype"><c>FP32</c>, <c>INT64</c>, ….</param>
/// <param name="Shape">Extents, -1 where variable.</param>
public sealed record TensorMetadata(string Name, string Datatype, IReadOnlyList<long> Shape);

/// <summary>How a model is run, in the words of Triton's model configuration.</summary>
/// <param name="Name">Name.</param>
/// <param name="Platform">Always <c>onnxruntime_onnx</c>.</param>
/// <param name="Backend">Always <c>onnxruntime</c>.</param>
/// <param name="MaxBatchSize">Batch items that requests may be joined to; 0 for a model of a fixed batch, which is in its extents.</param>
/// <param name="Input">The graph's inputs.</param>
/// <param name="Output">The graph's outputs.</param>
public sealed record ModelConfig(
    string Name,
    string Platform,
    string Backend,
    [property: JsonPropertyName("max_batch_size")] int MaxBatchSize,
    IReadOnlyList<ConfigTensor> Input,
    IReadOnlyList<ConfigTensor> Output
);

/// <summary>A tensor of a model's configuration.</summary>
/// <param name="Name">Name.</param>
/// <param name="DataType"><c>TYPE_FP32</c>, <c>TYPE_INT64</c>, ….</param>
/// <param name="Dims">Extents, -1 where variable; without the batch, where there is a largest.</param>
public sealed record ConfigTensor(string Name, [property: JsonPropertyName("data_type")] string DataType, IReadOnlyList<long> Dims);

/// <summary>What models have computed.</summary>
/// <param name="ModelStats">The one that was asked for.</param>
public sealed record ModelStatistics([property: JsonPropertyName("model_stats")] IReadOnlyList<ModelStatistic> ModelStats);

/// <summary>What a model has computed since it was loaded: for requests of every protocol, predictions and explanations.</summary>
/// <param name="Name">Name.</param>
/// <param name="Version">Its version.</param>
/// <param name="LastInference">When the last native run ended, milliseconds since 1970; 0 before the first.</param>
/// <param name="InferenceCount">Batch items that went through.</param>
/// <param name="ExecutionCount">Native runs.</param>
/// <param name="InferenceStats">What they took.</param>
public sealed record ModelStatistic(
    string Name,
    string Version,
    [property: JsonPropertyName("last_inference")] long LastInference,
    [property: JsonPropertyName("inference_count")] long InferenceCount,
    [property: JsonPropertyName("execution_count")] long ExecutionCount,
    [property: JsonPropertyName("inference_stats")] InferenceStatistics InferenceStats
);

/// <summary>Times.</summary>
/// <param name="ComputeInfer">Native runs.</param>
public sealed record InferenceStatistics([property: JsonPropertyName("compute_infer")] DurationStatistic ComputeInfer);

/// <summary>A number of times, and how long they took together.</summary>
/// <param name="Count">How often.</param>
/// <param name="Ns">Nanoseconds.</param>
public sealed record DurationStatistic(long Count, long Ns);

/// <summary>A request: the model's own input, already preprocessed.</summary>
/// <param name="Inputs">The model's inputs by their names, the image as FP32; perhaps <c>target</c> (INT64, [N]) or <c>cotangent</c>
/// (FP32, shaped as the explained output).</param>
/// <param name="Id">Comes back in the answer.</param>
/// <param name="Parameters">method, target, score, layer, sign, …; each a string, a number or a boolean; target may be an object.</param>
/// <param name="Outputs">Of logits, map, heatmap, activations, gradients and score; the first three when none is named.</param>
public sealed record InferRequestDocument(
    IReadOnlyList<InputTensorDocument> Inputs,
    string? Id = null,
    IReadOnlyDictionary<string, JsonElement>? Parameters = null,
    IReadOnlyList<OutputChoiceDocument>? Outputs = null
);

/// <summary>A tensor of a request.</summary>
/// <param name="Name">Name.</param>
/// <param name="Shape">Extents.</param>
/// <param name="Datatype"><c>FP32</c>, <c>INT64</c>, …; for a model's input its own; <c>BYTES</c> for images.</param>
/// <param name="Data">Row-major, flat or nested: numbers, booleans for BOOL, base64 for BYTES. Absent where the tensor follows in the
/// binary form.</param>
/// <param name="Parameters"><c>binary_data_size</c>, bytes of the tensor in the binary form; <c>content_type</c>, base64.</param>
public sealed record InputTensorDocument(
    string Name,
    IReadOnlyList<long> Shape,
    string Datatype,
    IReadOnlyList<JsonElement>? Data = null,
    IReadOnlyDictionary<string, JsonElement>? Parameters = null
);

/// <summary>An output that is asked for.</summary>
/// <param name="Name">Name.</param>
/// <param name="Parameters"><c>binary_data</c>: whether it is answered in the binary form.</param>
public sealed record OutputChoiceDocument(string Name, IReadOnlyDictionary<string, JsonElement>? Parameters = null);

/// <summary>The answer.</summary>
/// <param name="ModelName">Name of the model.</param>
/// <param name="ModelVersion">Its version.</param>
/// <param name="Id">The request's id, or a new one.</param>
/// <param name="Outputs">The tensors.</param>
/// <param name="Parameters">Of an explanation: <c>layer</c>, the target layer; <c>diagnostics</c>, where there are coded warnings, a line
/// each, like <c>0 map-all-zero: …</c>, the item first; <c>partial</c>, only when a deadline came first, the done and all samples of each
/// item, like <c>320/4000</c>.</param>
public sealed record InferResponseDocument(
    [property: JsonPropertyName("model_name")] string ModelName,
    [property: JsonPropertyName("model_version")] string ModelVersion,
    string Id,
    IReadOnlyList<OutputTensorDocument> Outputs,
    IReadOnlyDictionary<string, string>? Parameters = null
);

/// <summary>A tensor of an answer.</summary>
/// <param name="Name">Name.</param>
/// <param name="Datatype">Always <c>FP32</c>.</param>
/// <param name="Shape">Extents.</param>
/// <param name="Data">Row-major; null for a value that is not finite.</param>
public sealed record OutputTensorDocument(string Name, string Datatype, IReadOnlyList<long> Shape, IReadOnlyList<float?> Data);
