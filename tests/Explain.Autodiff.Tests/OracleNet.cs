using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;

namespace Explain.Autodiff.Tests;

/// <summary>A model of the reference data with its images and targets.</summary>
internal sealed class OracleNet(OracleCase reference)
{
    private const string Scores = "logits";

    /// <summary>The model as rules need it.</summary>
    public Graph Model { get; } = Load(reference.ModelFile);

    /// <summary>Name of the image.</summary>
    public string Image => Model.Inputs.Single();

    /// <summary>Values to feed: the images and the target of each.</summary>
    public Dictionary<string, Tensor> Feeds =>
        new()
        {
            [Image] = Array("input.npy"),
            [ExplainGraph.Classes] = Tensor.Of([reference.Classes.Length, 1], [.. reference.Classes.Select(k => (double)k)]),
            [ExplainGraph.Weights] = ClassSelectionTests.PerItem(
                Tensor.Of([reference.Classes.Length, 1], [.. reference.Classes.Select(_ => 1.0)])
            ),
        };

    /// <summary>Cases of classifiers that end in logits and whose layer has feature maps, that have a file.</summary>
    public static IEnumerable<OracleCase> Cases(string file) =>
        OracleCase.All.Where(c =>
            c.Has(file) && c.Kind == "classification" && c.Layout == "NCHW" && c.ModelFile.Contains("oracle", StringComparison.Ordinal)
        );

    /// <summary>A query about the logits by layers.</summary>
    public Dictionary<string, Tensor> Run(GradientQuery query) => Runtime.Run(Differentiated.Graph(Model, query), Feeds, optimised: true);

    /// <summary>A query about the logits.</summary>
    public static GradientQuery Query(params string[] layers) => new(Scores, layers);

    /// <summary>An array of the case.</summary>
    public Tensor Array(string file)
    {
        var (shape, values) = reference.Array(file);
        return Tensor.Of(shape, [.. values.Select(v => (double)v)]);
    }

    private static Graph Load(string file)
    {
        var graph = Graph.Parse(File.ReadAllBytes(file));
        Runtime.DeclareTypes(graph);
        Upgrade.ToFloor(graph);
        Runtime.DeclareTypes(graph);
        AutoPad.Explicit(graph, graph);
        return graph;
    }
}
