using Explain.Autodiff.Graphs;
using Explain.Engine.Models.Reading;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Models;

/// <summary>A model as a request sees it: what it explains, with values for the inputs beside the image.</summary>
/// <param name="Loaded">The model in memory.</param>
/// <param name="Output">What is explained.</param>
/// <param name="Auxiliary">The values of the inputs beside the image.</param>
internal sealed record Model(LoadedModel Loaded, ExplainedOutput Output, AuxiliaryInputs Auxiliary)
{
    /// <summary>The graph in the form that rules know, with its types.</summary>
    public Graph Graph => Loaded.Graph;

    /// <summary>The same graph with the types that it has for one image of the size in use.</summary>
    public Graph Sized => Loaded.Sized;

    /// <summary>What clients may know; <see cref="ModelDescription.Logit"/> is the tensor that is explained.</summary>
    public ModelDescription Description => Output.Description;

    /// <summary>Shape of the explained tensor.</summary>
    public OutputShape Shape => Output.Shape;

    /// <summary>What passes to the explained tensor took lately.</summary>
    public PassTimings Timings => Output.Timings;

    /// <summary>
    /// Whether batch items of several requests can go through the model together. Values of auxiliary inputs belong to one request.
    /// </summary>
    public bool JoinsRequests => BatchSize is null && Auxiliary == AuxiliaryInputs.None;

    /// <summary>
    /// Batch items that a run has, exactly; null when any number will do. Items that change each other's results, or have outputs of their
    /// own shapes, have a run of their own; and so has an explained tensor without a batch axis.
    /// </summary>
    public int? BatchSize => DeclaredBatch ?? (!Loaded.Rows.AreIndependent || Shape.Alone || Shape.Varies ? 1 : null);

    /// <summary>Different items that a run may have; null for any number. A run of more gets copies of them.</summary>
    public int? DifferentItems => Loaded.Rows.AreIndependent ? BatchSize : 1;

    /// <summary>Whether items that failed in one run may succeed in runs of their own.</summary>
    public bool FailsTogether(ExplainException failure) => failure.Error == ExplainError.MethodNotSupported && BatchSize is null;

    /// <summary>Batch items that the graph is declared for; null when their number is left open.</summary>
    public int? DeclaredBatch =>
        Description.Inputs.Single(i => i.Name == Description.Input.Name).Shape[0] is > 0 and var items ? (int)items
        : Description.AuxiliaryInputs.Any(i => i.Shape is [1, _, ..]) ? 1
        : null;

    /// <summary>The same with another tensor explained.</summary>
    /// <param name="tensor">A float output, or the logit behind one.</param>
    public Model Explaining(string tensor) => this with { Output = Loaded.Output(tensor) };

    /// <summary>The same with another default layer.</summary>
    public Model At(string layer) => this with { Output = Loaded.Output(Description.Logit, layer) };

    /// <summary>The same with these values for the inputs beside the image.</summary>
    public Model With(AuxiliaryInputs inputs) => this with { Auxiliary = inputs };

    /// <summary>The same with the values for some batch items.</summary>
    public Model Items(int first, int count) => Auxiliary.VaryByItem ? With(Auxiliary.Items(first, count)) : this;
}
