using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Probing;

/// <summary>Shows the maps of a method to whoever watches, while they are made of more and more samples.</summary>
/// <param name="Watch">Who watches.</param>
/// <param name="Method">The method.</param>
/// <param name="Sign">The sign asked for.</param>
/// <param name="Compat">The convention.</param>
/// <param name="Explanations">The places in the answer of what is explained in each round.</param>
internal sealed record GrowingMap(IRunWatch Watch, Method Method, Sign? Sign, Compat Compat, ILookup<int, int> Explanations)
{
    /// <summary>Shows maps.</summary>
    /// <param name="maps">The values of rounds, made of a part of their samples.</param>
    public void Show(IEnumerable<(int Round, Attribution Values)> maps) =>
        Watch.Grow([
            .. from map in maps
            let partial = map.Values.Partial
            where partial is not null
            from place in Explanations[map.Round]
            select new PartialMap(place, MapFinish.Map(Method, map.Values, Sign, Compat).Map, partial),
        ]);
}
