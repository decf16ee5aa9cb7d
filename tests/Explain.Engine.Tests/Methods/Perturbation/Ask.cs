using Explain.Engine.Explaining;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Methods.Perturbation;

/// <summary>Questions to methods that need no gradient.</summary>
internal static class Ask
{
    /// <summary>Explains every item, and asks for no gradients beside.</summary>
    public static TensorAnswer Perturb(
        this Model model,
        FloatTensor input,
        ExplainParameters parameters,
        IReadOnlyList<long>? targets = null
    ) => model.Perturb(new TensorQuery(input, parameters) { ItemTargets = targets });

    /// <summary>The same for a query.</summary>
    public static TensorAnswer Perturb(this Model model, TensorQuery query) =>
        TensorExplainer.Explain(model, query, Tiny.Images, RunContext.Alone(TestContext.Current.CancellationToken));

    /// <summary>The raw map of every item, with its signs.</summary>
    public static float[] Map(
        this Model model,
        FloatTensor input,
        string method,
        ExplainParameters? parameters = null,
        string target = "1"
    ) =>
        model
            .Perturb(input, (parameters ?? new ExplainParameters()) with { Method = method, Target = target, Sign = Sign.Both })
            .Map.Values;
}
