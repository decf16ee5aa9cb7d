using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Parameters;
using Explain.Engine.Targets;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>Maps that no method made, in the place of methods.</summary>
internal static class GivenMaps
{
    /// <summary>A plan that gives the map, whatever the target is: nothing of the request that would change it holds.</summary>
    public static ExplainPlan Plan(TargetGroup targets, ExplainParameters parameters, GivenMap given) =>
        new(
            targets,
            Method(given),
            [targets.Model.Description.Input.Name],
            parameters with
            {
                Method = given.Name,
                Layer = null,
                Sign = null,
                Channels = false,
                Features = false,
                Options = parameters.Options with { Smooth = Smoothing.None },
            }
        );

    private static Method Method(GivenMap given) =>
        new()
        {
            Id = given.Name,
            Run = _ => new Attribution(null, given.Map.Height, given.Map.Width, given.Map.Values),
            Requirements = [],
            Cost = "none",
            Passes = CostRules.Free,
            OfInput = true,
            IsGiven = true,
            Summary = "A map that was given.",
            Paper = "",
        };
}
