using Explain.Engine.Answers;

namespace Explain.Service.Models;

/// <summary>The served models.</summary>
/// <param name="Models">By name.</param>
/// <param name="Limits">What an image may be.</param>
/// <param name="UploadBytes">Of the largest model that the caller may send; null where the caller may send none.</param>
public sealed record ModelListDocument(IReadOnlyList<ModelStateDocument> Models, ImageLimitsDocument Limits, long? UploadBytes);

/// <summary>How large an image may be.</summary>
/// <param name="Bytes">Of its file.</param>
/// <param name="Pixels">Width times height.</param>
public sealed record ImageLimitsDocument(long Bytes, long Pixels);

/// <summary>Where a model stands.</summary>
/// <param name="Name">Name.</param>
/// <param name="State"><c>loading</c>, <c>ready</c>, <c>failed</c> or <c>unloaded</c>.</param>
/// <param name="Error">Why it failed; null otherwise.</param>
/// <param name="Model">What there is to know of it; null until it is ready.</param>
/// <param name="Step">While it is loading: <c>waiting</c>, <c>reading</c>, <c>methods</c> or <c>first-runs</c>; null otherwise.</param>
public sealed record ModelStateDocument(string Name, string State, string? Error, ModelDocument? Model, string? Step);

/// <summary>The labels of a model.</summary>
/// <param name="Labels">One a class, in order; empty when the model has none.</param>
public sealed record LabelsDocument(IReadOnlyList<string> Labels);
