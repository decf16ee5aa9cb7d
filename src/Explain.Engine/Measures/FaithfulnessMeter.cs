using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Perturbation;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Models.Reading;
using Explain.Engine.Objectives;

namespace Explain.Engine.Measures;

/// <summary>Measures maps by the table of measures.</summary>
internal static class FaithfulnessMeter
{
    /// <summary>Measures one map.</summary>
    /// <param name="study">Holds the item.</param>
    /// <param name="round">Which of its objectives.</param>
    /// <param name="item">Which item.</param>
    /// <param name="map">The map.</param>
    /// <param name="explain">Explains the item of a study with that objective alone as the map's was.</param>
    public static Faithfulness Measure(Study study, int round, int item, MeasuredMap map, Func<Study, MeasuredMap> explain)
    {
        var (description, explained) = (study.Model.Description, study.Objective(round, item));
        var objective = Scored(description, explained);
        var scored = study.OfItem(item, objective, explained);
        var probe = new Probe(scored, 0, 0, description.Input.Name);
        var name = objective is ClassObjective c ? c.Score.Name : "value";
        var input = probe.Input;
        var measurement = new Measurement
        {
            Map = map,
            Convention = MeasureConvention.Of(study.Options.Compat),
            Input = input.Values,
            Image = new InputImage(probe),
            Behind = Baselines.Of(study.Options.Baseline, input, description.Input),
            Seed = study.Options.Seed,
            Explain = values =>
            {
                using var other = study.Again(round, values);
                return explain(other);
            },
            OfProbability = name == "probability",
            Score = probe.Score,
            Value = explained.Value(scored.Scores.Item(0)),
        };
        measurement.Show(MeasureTable.AllShown, scored);
        var none = new Faithfulness(name, 0, 0, 0, false, 0)
        {
            Curves = new([.. measurement.Scores(Pictures.Deleted)], [.. measurement.Scores(Pictures.Inserted)]),
        };
        return MeasureTable.All.Aggregate(none, (found, m) => m.Find(found, measurement));
    }

    private static IObjective Scored(ModelDescription description, IObjective objective) =>
        objective is ClassObjective c && description.Activation != "none"
            ? c with
            {
                Score = Score.Parse("probability", description.Activation, new TargetParser([], 0)),
            }
            : objective;
}
