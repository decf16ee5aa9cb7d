using System.Numerics.Tensors;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Perturbation;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Models.Reading;
using Explain.Engine.Objectives;
using Explain.Kernels.Sampling;
using Explain.Kernels.Segmentation;

namespace Explain.Engine.Explaining;

/// <summary>
/// How far the score follows a map when what it shows is taken away, put back, or is all there is. What is not shown has the request's
/// baseline.
/// </summary>
/// <param name="Score">Which score: <c>probability</c> for classes of a model that has them, else what was explained.</param>
/// <param name="Deletion">Area under the score while pixels go, the most important first (Petsiuk, Das and Saenko 2018, algorithm 1); lower
/// is better.</param>
/// <param name="Insertion">The same while they come; higher is better.</param>
/// <param name="Drop">Share of the score that the image loses under the map (Chattopadhyay et al. 2018, average drop); 0 where it
/// gains.</param>
/// <param name="Increase">Whether the score grows under the map (increase in confidence).</param>
/// <param name="Road">Half of what the score is higher for without the least than without the most important pixels, each imputed from
/// their neighbours, over 20, 40, 60 and 80 % of them (Rong et al. 2022); higher is better.</param>
public sealed record Faithfulness(string Score, double Deletion, double Insertion, double Drop, bool Increase, double Road);

/// <summary>Measures it.</summary>
internal static class FaithfulnessMeter
{
    // OpenVINO XAI's number.
    private const int Steps = 30;
    private const double NoiseDeviation = 0.01;
    private static readonly double[] Removed = [0.8, 0.6, 0.4, 0.2];

    /// <summary>Forward passes for one map.</summary>
    public static int Passes => 2 * (Steps + 1) + 1 + 2 * Removed.Length;

    /// <summary>Measures one map.</summary>
    /// <param name="study">Holds the item.</param>
    /// <param name="round">Which of its objectives.</param>
    /// <param name="item">Which item.</param>
    /// <param name="heat">The map as shown, 0..1, as large as the model's input.</param>
    public static Faithfulness Measure(Study study, int round, int item, float[] heat)
    {
        var description = study.Model.Description;
        var objective = Scored(description, study.Objective(round, item));
        var scored = study.OfItem(item, objective);
        var probe = new Probe(scored, 0, 0, description.Input.Name);
        var image = new InputImage(probe);
        var (order, steps) = (ByImportance(heat), Math.Min(Steps, heat.Length));
        var (hidden, mask, behind) = (
            Hidden(heat.Length, steps),
            new float[heat.Length],
            Baselines.Of(study.Options.Baseline, probe.Input, description.Input)
        );
        var scores = probe.Evaluate(new Variants("faithfulness", 2 * (steps + 1) + 1 + 2 * Removed.Length, (i, values) =>
            {
                switch (i - 2 * (steps + 1))
                {
                    case < 0:
                        Array.Fill(mask, i <= steps ? 1 : 0);
                        foreach (var pixel in order.AsSpan(0, hidden[i % (steps + 1)]))
                            mask[pixel] = 1 - mask[pixel];
                        image.Through(mask, behind, values);
                        break;
                    case 0:
                        image.Through(heat, behind, values);
                        break;
                    case var road:
                        Impute(image, order, road - 1, study.Options.Seed, values);
                        break;
                }
            }) { AllOrNothing = true });
        var (whole, seen) = (scores[0], scores[2 * (steps + 1)]);
        var road = Enumerable.Range(0, Removed.Length).Average(k => (scores[^(1 + 2 * k)] - scores[^(2 + 2 * k)]) / 2);
        return new Faithfulness(
            objective is ClassObjective c ? c.Score.Name : "value",
            Area(scores.AsSpan(0, steps + 1), hidden),
            Area(scores.AsSpan(steps + 1, steps + 1), hidden),
            whole == 0 ? 0 : Math.Max((whole - seen) / Math.Abs(whole), 0),
            seen > whole,
            road
        );
    }

    private static IObjective Scored(ModelDescription description, IObjective objective) =>
        objective is ClassObjective c && description.Activation != "none"
            ? c with
            {
                Score = Score.Parse("probability", description.Activation, new TargetParser([], 0)),
            }
            : objective;

    // Of equal values the first comes first.
    private static int[] ByImportance(float[] heat) => [.. Enumerable.Range(0, heat.Length).OrderByDescending(i => heat[i])];

    private static int[] Hidden(int pixels, int steps) =>
        [.. Enumerable.Range(0, steps + 1).Select(k => (int)Math.Round((double)pixels * k / steps))];

    private static double Area(ReadOnlySpan<double> scores, int[] hidden)
    {
        var area = 0.0;
        for (var k = 1; k < scores.Length; k++)
            area += (scores[k] + scores[k - 1]) / 2 * (hidden[k] - hidden[k - 1]);
        return area / hidden[^1];
    }

    // Without the most important pixels for even numbers, without the least important for odd ones.
    private static void Impute(InputImage image, int[] order, int number, int seed, Span<float> values)
    {
        var count = (int)Math.Round(Removed[number / 2] * order.Length);
        var missing = new bool[order.Length];
        foreach (var pixel in number % 2 == 0 ? order.AsSpan(0, count) : order.AsSpan(order.Length - count))
            missing[pixel] = true;
        var (planes, noise) = (image.Planes().ToArray(), new float[order.Length]);
        for (var c = 0; c < image.Channels; c++)
        {
            var plane = planes.AsSpan(c * order.Length, order.Length);
            LinearImputation.Fill(plane, missing, image.Height, image.Width);
            new RandomStream(unchecked((ulong)seed), (ulong)(number * image.Channels + c)).FillGaussian(noise, 0, NoiseDeviation);
            for (var i = 0; i < noise.Length; i++)
            {
                if (!missing[i])
                    noise[i] = 0;
            }

            TensorPrimitives.Add(plane, noise, plane);
        }
        image.Write(planes, values);
    }
}
