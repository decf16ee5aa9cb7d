using Explain.Engine.Models.Reading;

namespace Explain.Engine.Catalogue;

/// <summary>Where a model stands.</summary>
public enum ModelState
{
    /// <summary>Not loaded yet.</summary>
    Loading,

    /// <summary>Answers requests.</summary>
    Ready,

    /// <summary>Its files could not be loaded; the others are served.</summary>
    Failed,

    /// <summary>Taken out of service; it can be loaded again.</summary>
    Unloaded,
}

/// <summary>How far the loading of a model has come.</summary>
public enum LoadStep
{
    /// <summary>Others are loaded first.</summary>
    Waiting,

    /// <summary>Its file is read, and what the file does not say is found out.</summary>
    Reading,

    /// <summary>It is found out which methods it can do.</summary>
    Methods,

    /// <summary>Its first runs are made.</summary>
    FirstRuns,
}

/// <summary>Name and state of a model.</summary>
/// <param name="Name">Name.</param>
/// <param name="Version">The version that is served or was to be served.</param>
/// <param name="State">State.</param>
/// <param name="Error">Why loading failed, the last time it was tried; null otherwise. A model that could not be loaded anew is still
/// served as it was.</param>
public sealed record ModelStatus(string Name, string Version, ModelState State, string? Error)
{
    /// <summary>How far loading has come while <see cref="State"/> is <see cref="ModelState.Loading"/>.</summary>
    public LoadStep Step { get; init; }

    /// <summary>What clients may know of the model that is served; null when none is.</summary>
    public ModelDescription? Description { get; init; }

    /// <summary>Every method, with the reason where it cannot be done; empty when no model is served.</summary>
    public IReadOnlyList<MethodSupport> Methods { get; init; } = [];
}
