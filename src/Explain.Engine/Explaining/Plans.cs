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
    /// <exception cref="ExplainException">What is wrong with it.</exception>
    public static IReadOnlyList<IReadOnlyList<ExplainPlan>> Of(Model model, ExplainParameters parameters, ImageReader images) =>
        Of(model, parameters, images, _ => [parameters]);

    /// <summary>Checks a request for several methods and layers.</summary>
    /// <exception cref="ExplainException">What is wrong with it.</exception>
    public static IReadOnlyList<IReadOnlyList<ExplainPlan>> Of(
        Model model,
        ExplainParameters parameters,
        CompareParameters compare,
        ImageReader images
    )
    {
        if (compare.Layers?.GroupBy(l => l).FirstOrDefault(l => l.Count() > 1) is { Key: var twice })
            throw ExplainException.Parameter("layers", $"the layer '{Spelling.Shown(twice)}' is named twice");
        return Of(model, parameters, images, groups =>
        {
            var methods =
                compare.Methods.Count > 0
                    ? compare.Methods
                    :
                    [
                        .. MethodTable
                            .All.Select(m => m.Id)
                            .Where(method => Ways(method).All(way => groups.All(group => IsPossible(group, way)))),
                    ];
            if (methods.Count == 0)
            {
                throw new ExplainException(
                    ExplainError.MethodNotSupported,
                    $"model '{model.Description.Name}' supports no method with these parameters; predict works"
                );
            }

            return methods.SelectMany(Ways);
        });

        IEnumerable<ExplainParameters> Ways(string method) =>
            Layers(method).Select(layer => parameters with { Method = method, Layer = layer });

        // A method that looks at no layer is not repeated for each.
        IEnumerable<string?> Layers(string method) =>
            MethodTable.Find(method).OfInput ? [null] : compare.Layers ?? Enumerable.Repeat<string?>(null, 1);
    }

    /// <summary>The same plans with a deadline that begins now.</summary>
    public static IReadOnlyList<IReadOnlyList<ExplainPlan>> Within(IReadOnlyList<IReadOnlyList<ExplainPlan>> groups, TimeSpan? time)
    {
        var deadline = new SharedDeadline(time);
        return [.. groups.Select(plans => plans.Select(p => p with { Deadline = deadline }).ToArray())];
    }

    private static IReadOnlyList<IReadOnlyList<ExplainPlan>> Of(
        Model model,
        ExplainParameters parameters,
        ImageReader images,
        Func<IReadOnlyList<TargetGroup>, IEnumerable<ExplainParameters>> ways
    )
    {
        var groups = TargetGroup.Of(model, parameters, 1, images);
        var each = ways(groups).ToArray();
        return Within([.. groups.Select(group => each.Select(way => ExplainPlan.Make(group, way)).ToArray())], parameters.Deadline);
    }

    // Whatever stands in the way: the model, the target, the score, a convention, a way to smooth. A layer that is not there is a mistake.
    private static bool IsPossible(TargetGroup targets, ExplainParameters way) =>
        ExplainPlan.TryMake(targets, way, out var problem) is not null
        || (problem!.Error is ExplainError.MethodNotSupported or ExplainError.InvalidParameter ? false : throw problem);
}
