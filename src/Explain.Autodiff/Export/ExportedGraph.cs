using Explain.Autodiff.Graphs;

namespace Explain.Autodiff.Export;

/// <summary>A model with what was added to it.</summary>
/// <param name="Graph">The model.</param>
/// <param name="Output">The added output.</param>
/// <param name="Input">The added input; null when there is none.</param>
public sealed record ExportedGraph(Graph Graph, string Output, string? Input);
