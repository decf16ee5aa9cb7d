using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Export;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using Explain.Autodiff.Rules;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Export;

/// <summary>
/// Writes any model, of images or not, with its reverse-mode derivative beside its own outputs (<see cref="GradientModel"/>).
/// </summary>
public static class GradientExport
{
    /// <summary>Writes it.</summary>
    /// <param name="model">The <c>.onnx</c> file.</param>
    /// <param name="of">The differentiated tensor.</param>
    /// <param name="withRespectTo">The tensor to differentiate by.</param>
    /// <param name="path">The file to write; one that exists is replaced as a whole.</param>
    /// <returns>What was written, with the names of what was added.</returns>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>, <see cref="ExplainError.LayerNotFound"/> or
    /// <see cref="ExplainError.MethodNotSupported"/>; nothing was written.</exception>
    public static ExportedGraph Write(string model, string of, string withRespectTo, string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(model))!;
        try
        {
            var graph = Read(model, folder);
            RequireFloat(graph, of, "outputs", graph.Outputs);
            RequireFloat(graph, withRespectTo, "inputs", graph.Inputs);
            var missing = Backward.Missing(graph, of, [withRespectTo], GradientRules.Plain);
            if (missing.Count > 0)
            {
                throw new ExplainException(
                    ExplainError.MethodNotSupported,
                    new MissingRuleException(missing).Message + Behind(graph, of, missing)
                );
            }

            var built = GradientModel.Build(graph, of, withRespectTo);
            using (SessionFactory.OpenAsItIs(built.Graph, folder, CancellationToken.None))
                ModelFile.Write(built.Graph.Model, folder, path);
            return built;
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or ArgumentException)
        {
            throw new ExplainException(ExplainError.InvalidRequest, $"'{Path.GetFileName(model)}' cannot be differentiated: {e.Message}");
        }
    }

    private static Graph Read(string model, string folder)
    {
        var graph = RaisedGraph.Read(File.ReadAllBytes(model), folder, CancellationToken.None).Graph;
        AutoPad.Explicit(graph, graph);
        return graph;
    }

    private static void RequireFloat(Graph graph, string tensor, string kind, IEnumerable<string> usual)
    {
        if (!graph.Inputs.Contains(tensor) && graph.Producer(tensor) is null)
        {
            throw new ExplainException(
                ExplainError.LayerNotFound,
                $"no input or node of the model gives a tensor '{tensor}'; its {kind} are {string.Join(", ", usual)}, and any "
                    + "tensor between will do"
            );
        }

        if (graph.Type(tensor) is { IsFloat: false } type)
        {
            throw new ExplainException(
                ExplainError.MethodNotSupported,
                $"'{tensor}' holds {type.Element.ToString().ToUpperInvariant()}, which has no derivative; only floats have"
            );
        }
    }

    // What the operators without a rule compute can be differentiated by, if there is no further one behind them.
    private static string Behind(Graph graph, string of, IReadOnlyList<MissingRule> missing)
    {
        var possible = graph
            .Nodes.Where(n => missing.Any(m => m.Node == n.Name || m.Node == n.Output[0]))
            .SelectMany(n => n.Output)
            .Where(o => o.Length > 0 && graph.Type(o)?.IsFloat == true && Backward.Missing(graph, of, [o], GradientRules.Plain).Count == 0)
            .ToArray();
        return possible.Length == 0
            ? "; nothing before the last of them can be differentiated by"
            : $"; what works is the gradient with respect to {string.Join(", ", possible.Select(p => $"'{p}'"))} and everything behind";
    }
}
