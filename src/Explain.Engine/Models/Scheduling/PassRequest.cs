using Explain.Autodiff.Backpropagation;
using Explain.Engine.Objectives;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Models.Scheduling;

/// <summary>A run from the input on: what one request asks of it, or several together.</summary>
/// <param name="Query">What is computed.</param>
/// <param name="Input">[N, …].</param>
/// <param name="Objectives">One an item, or none for a forward pass.</param>
/// <param name="Reference">For rules that compare inputs; null otherwise.</param>
/// <param name="Origins">The requests that ask.</param>
internal sealed record PassRequest(
    GradientQuery Query,
    FloatTensor Input,
    IReadOnlyList<IObjective> Objectives,
    FloatTensor? Reference,
    IReadOnlyList<RunOrigin> Origins
)
{
    /// <summary>N.</summary>
    public int ItemCount => (int)Input.Shape[0];

    /// <summary>Requests with equal keys can run as one batch.</summary>
    public string Key =>
        $"{Query.Key}|{Shape(Input.Shape.Skip(1))}|{(Objectives.Count > 0 ? Kind(Objectives[0]) : "")}|{Reference is not null}";

    /// <summary>All items in one request.</summary>
    /// <param name="requests">With equal keys.</param>
    public static PassRequest Join(IReadOnlyList<PassRequest> requests) =>
        requests is [var only]
            ? only
            : requests[0] with
            {
                Input = FloatTensor.Join([.. requests.Select(r => r.Input)]),
                Objectives = [.. requests.SelectMany(r => r.Objectives)],
                Origins = [.. requests.SelectMany(r => r.Origins)],
                Reference = requests[0].Reference is null ? null : FloatTensor.Join([.. requests.Select(r => r.Reference!)]),
            };

    private static string Kind(IObjective objective) =>
        objective.Classes is { } classes ? $"{classes.Length} classes"
        : objective.Extents is { } extents ? Shape(extents)
        : "scores";

    private static string Shape(IEnumerable<long> extents) => string.Join('x', extents);
}
