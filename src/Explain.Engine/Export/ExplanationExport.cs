using Explain.Autodiff.Export;
using Explain.Autodiff.Graphs;
using Explain.Engine.Catalogue;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Export;

/// <summary>Writes a classifier that explains itself, in any ONNX Runtime (<see cref="ExplainedModel"/>).</summary>
public static class ExplanationExport
{
    /// <summary>The methods that can be written.</summary>
    public static IReadOnlyList<string> Methods => MethodTable.Exported;

    /// <summary>Writes it.</summary>
    /// <param name="catalogue">Holds the model.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="method">Method id.</param>
    /// <param name="layer">Tensor name of the target layer; null for the model's own.</param>
    /// <param name="targetInput">Whether the class becomes an input of the model.</param>
    /// <param name="folder">Folder of the model's file.</param>
    /// <param name="path">The file to write; one that exists is replaced as a whole.</param>
    /// <returns>The target layer.</returns>
    /// <exception cref="ExplainException">The method, the layer or the model will not do; the message says what will. Nothing was
    /// written.</exception>
    public static (string Layer, ExportedGraph Exported) Write(
        ModelCatalogue catalogue,
        string model,
        string method,
        string? layer,
        bool targetInput,
        string folder,
        string path
    )
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        if (!Methods.Contains(method))
        {
            throw new ExplainException(
                ExplainError.MethodNotSupported,
                $"method '{method}' cannot be written as a graph; those that can are {string.Join(", ", Methods)}"
            );
        }

        using var lease = catalogue.Borrow(model);
        var found = lease.Model;
        var query = Query(found, method, layer) with { TargetInput = targetInput };
        try
        {
            var graph = found.Graph.Clone();
            FixSize(graph, found.Description);
            var built = ExplainedModel.Build(graph, query);
            using (SessionFactory.OpenAsItIs(built.Graph, folder, CancellationToken.None))
                ModelFile.Write(built.Graph.Model, folder, path);
            return (query.Layer, built);
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or ArgumentException)
        {
            throw new ExplainException(ExplainError.MethodNotSupported, $"{method} of '{query.Layer}' cannot be exported: {e.Message}");
        }
    }

    private static MapQuery Query(Model model, string method, string? asked)
    {
        var (description, row) = (model.Description, MethodTable.Find(method));
        if (description.Classes == 0)
        {
            throw new ExplainException(
                ExplainError.MethodNotSupported,
                $"'{description.Logit}' holds no class scores to explain; write its gradient instead (--gradient-of "
                    + $"{description.Logit} --with-respect-to {description.Input.Name})"
            );
        }

        if (row.OfInput && asked is not null && asked != description.Input.Name)
        {
            throw new ExplainException(
                ExplainError.LayerNotFound,
                $"{method} explains the input '{description.Input.Name}' and takes no other layer"
            );
        }

        var layer = row.OfInput ? description.Input.Name : asked ?? description.Layer;
        if (layer is not null && !row.OfInput && description.Layers.All(l => l.Name != layer))
        {
            throw new ExplainException(
                ExplainError.LayerNotFound,
                $"the model has no layer '{layer}'; its layers are {string.Join(", ", description.Layers.Select(l => l.Name))}"
            );
        }

        if (MethodSupportTable.WhyNot(model, row, layer) is { } reason)
        {
            throw new ExplainException(
                ExplainError.MethodNotSupported,
                $"{method} cannot be done{(layer is null ? "" : $" at '{layer}'")}: {reason}{WhatWorks(model, row, layer)}"
            );
        }

        return new MapQuery(method, row.Formula!, description.Logit, description.Classes, layer!)
        {
            Axes = description.LayoutOf(layer!).Axes,
            Rectified = row.Rectified,
            HeadWeights = row.Requirements.Contains(Requirement.LinearHead) ? model.Output.HeadBehind(layer!).Head!.Weights : null,
        };
    }

    private static string WhatWorks(Model model, Method method, string? layer)
    {
        string[] methods = [.. Methods.Where(m => MethodSupportTable.WhyNot(model, MethodTable.Find(m), layer) is null)];
        string[] layers =
        [
            .. model
                .Description.Layers.Where(l => !method.OfInput && MethodSupportTable.WhyNot(model, method, l.Name) is null)
                .Select(l => l.Name),
        ];
        var elsewhere = layers.Length > 0 ? $", and {method.Info.Id} at {string.Join(", ", layers.TakeLast(5))}" : "";
        return $"; what works here: {(methods.Length > 0 ? string.Join(", ", methods) : "no method")}{elsewhere}";
    }

    // Automatic pads were made explicit for the size in use, and are wrong for others.
    private static void FixSize(Graph graph, ModelDescription description)
    {
        var (name, shape) = (description.Input.Name, description.Inputs.Single(i => i.Name == description.Input.Name).Shape);
        if (graph.Type(name) is { Dims: { } dims } type)
            graph.RetypeInput(name, type with { Dims = [.. dims.Zip(shape, (d, e) => e >= 0 ? new Dim(e) : d)] });
    }
}
