using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Targets;
using Explain.Engine.Targets.Outputs;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>
/// All plans of a request: one list for each tensor that its targets belong to. The lists name the same methods and layers in the same
/// order.
/// </summary>
internal static class Plans
{
    /// <summary>Checks a request.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parameters">What to explain, and how.</param>
    /// <param name="compare">Methods and layers in the place of those of the parameters; null for those.</param>
    /// <param name="images">Decodes images that the parameters hold.</param>
    /// <exception cref="ExplainException">What is wrong with it.</exception>
    public static IReadOnlyList<IReadOnlyList<ExplainPlan>> Of(
        Model model,
        ExplainParameters parameters,
        CompareParameters? compare,
        ImageReader images
    )
    {
        if (compare?.Layers?.GroupBy(l => l).FirstOrDefault(l => l.Count() > 1) is { Key: var twice })
            throw ExplainException.Parameter("layers", $"the layer '{Spelling.Shown(twice)}' is named twice");
        var groups = TargetGroup.Of(model, parameters, 1, images);
        ExplainParameters[] ways = compare is null
            ? [parameters]
            : [.. Methods(groups, parameters, compare).SelectMany(method => Ways(method, parameters, compare))];
        var given = compare?.Given ?? [];
        return Within(
            [
                .. groups.Select(group =>
                    ways.Select(way => ExplainPlan.Make(group, way))
                        .Concat(given.Select(map => GivenMaps.Plan(group, parameters, map)))
                        .ToArray()
                ),
            ],
            parameters.Deadline
        );
    }

    /// <summary>The same plans with a deadline that begins now.</summary>
    public static IReadOnlyList<IReadOnlyList<ExplainPlan>> Within(IReadOnlyList<IReadOnlyList<ExplainPlan>> groups, TimeSpan? time)
    {
        var deadline = new SharedDeadline(time);
        return [.. groups.Select(plans => plans.Select(p => p with { Deadline = deadline }).ToArray())];
    }

    // Those that were asked for; else all that the model supports, for all targets and at all layers.
    private static IReadOnlyList<string> Methods(IReadOnlyList<TargetGroup> groups, ExplainParameters parameters, CompareParameters compare)
    {
        if (compare.Methods.Count > 0)
            return compare.Methods;
        string[] possible =
        [
            .. MethodTable
                .All.Select(m => m.Id)
                .Where(method => Ways(method, parameters, compare).All(way => groups.All(group => IsPossible(group, way)))),
        ];
        return possible.Length > 0
            ? possible
            : throw new ExplainException(
                ExplainError.MethodNotSupported,
                $"model '{groups[0].Model.Description.Name}' supports no method with these parameters; predict works"
            );
    }

    // A method that looks at no layer is not repeated for each.
    private static IEnumerable<ExplainParameters> Ways(string method, ExplainParameters parameters, CompareParameters compare)
    {
        var layers = MethodTable.Find(method).OfInput ? null : compare.Layers;
        return (layers ?? Enumerable.Repeat<string?>(null, 1)).Select(layer => parameters with { Method = method, Layer = layer });
    }

    // Whatever stands in the way: the model, the target, the score, a convention, a way to smooth. A layer that is not there is a mistake.
    private static bool IsPossible(TargetGroup targets, ExplainParameters way) =>
        ExplainPlan.TryMake(targets, way, out var problem) is not null
        || (problem!.Error is ExplainError.MethodNotSupported or ExplainError.InvalidParameter ? false : throw problem);
}
