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
/// <param name="Datatype"><c>FP32</c>, <c>INT64</c>, …; for a model's input its own.</param>
/// <param name="Data">Row-major, flat or nested.</param>
public sealed record InputTensorDocument(string Name, IReadOnlyList<long> Shape, string Datatype, IReadOnlyList<double> Data);

/// <summary>An output that is asked for.</summary>
/// <param name="Name">Name.</param>
public sealed record OutputChoiceDocument(string Name);

/// <summary>The answer.</summary>
/// <param name="ModelName">Name of the model.</param>
/// <param name="ModelVersion">Its version.</param>
/// <param name="Id">The request's id, or a new one.</param>
/// <param name="Outputs">The tensors.</param>
/// <param name="Parameters">Only when a deadline came first: <c>partial</c>, the done and all samples of each item, like
/// <c>320/4000</c>.</param>
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
