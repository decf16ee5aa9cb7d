using System.Diagnostics;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rules;
using Explain.Engine.Catalogue;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Objectives;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Benchmarks;

/// <summary>What an explanation costs in forward passes: all timings interleaved in one process.</summary>
internal static class Ratios
{
    private const int Runs = 30;
    private const int Openings = 7;

    /// <summary>Prints one block a model.</summary>
    /// <param name="models">Paths of <c>.onnx</c> files, or names of <see cref="Networks"/>.</param>
    public static int Print(IReadOnlyList<string> models)
    {
        foreach (var model in models)
        {
            if (!Networks.Names.Contains(model))
            {
                Print(model, model);
                continue;
            }
            var path = Path.Combine(Path.GetTempPath(), $"{model}-{Environment.ProcessId}.onnx");
            Networks.Write(model, path);
            try
            {
                Print($"{model} (generated, random weights)", path);
            }
            finally
            {
                File.Delete(path);
            }
        }
        return 0;
    }

    private static void Print(string title, string path)
    {
        var options = new EngineOptions { Device = Device.Cpu };
        using var factory = new SessionFactory(options, NullLogger.Instance);
        using var standard = new SessionFactory(options with { NativeOperators = NativeOperators.Off }, NullLogger.Instance);
        using var loadedModel = ModelLoader.Load(ModelSource.FromPath(path), factory, CancellationToken.None);
        using var loadedStandard = ModelLoader.Load(ModelSource.FromPath(path), standard, CancellationToken.None);
        var model = loadedModel.View;
        using var untouched = factory.Open(
            Graph.Parse(File.ReadAllBytes(path)),
            Path.GetDirectoryName(Path.GetFullPath(path)),
            RunDevice.Cpu,
            inPlace: false,
            CancellationToken.None
        );
        if (MethodSupportTable.WhyNot(model, MethodTable.Find("gradcam"), model.Description.Layer) is { } reason)
        {
            Console.WriteLine($"{title}: cannot be explained: {reason}");
            return;
        }
        var spec = model.Description.Input;
        var input = Input(model.Description);
        var gradcam = MethodTable.Find("gradcam");
        using var image = RunTensor.Over(input);
        var feeds = new Dictionary<string, RunTensor> { [spec.Name] = image };
        RunOutput[] outputs = [.. untouched.OutputNames.Select(name => new RunOutput(name))];

        void Explain(Model explained, string layer, int targets)
        {
            IObjective[][] rounds =
            [
                .. Enumerable.Range(0, targets).Select(r => new IObjective[] { new ClassObjective(Score.Logit, new Target(-1 - r)) }),
            ];
            using var study = new Study(
                explained,
                input,
                [
                    [layer],
                ],
                rounds,
                new MethodOptions(),
                new SharedDeadline(null),
                RunContext.Alone(CancellationToken.None)
            );
            for (var round = 0; round < targets; round++)
            {
                if (layer == spec.Name)
                    study.Gradients(round, layer, GradientRules.Plain);
                else
                    MapFinish.Map(gradcam, gradcam.Run(new Probe(study, round, 0, layer)), null);
            }
        }

        List<(string Name, Action Run)> cases =
        [
            ("forward of the untouched model", () =>
                Array.ForEach(SessionRun.Run(untouched, feeds, null, outputs, CancellationToken.None), r => r.Dispose())
            ),
            ("Grad-CAM, predicted class", () => Explain(model, model.Description.Layer!, 1)),
            ("Grad-CAM, top 5 classes", () => Explain(model, model.Description.Layer!, 5)),
        ];
        if (model.Description.MissingGradients.Count == 0)
        {
            cases.Add(("gradient to the input", () => Explain(model, spec.Name, 1)));
            cases.Add(("the same, standard operators", () => Explain(loadedStandard.View, spec.Name, 1)));
        }
        var times = Times([.. cases.Select(c => c.Run)]);
        if (model.Description.MissingGradients.Count > 0)
        {
            var missing = string.Join(", ", model.Description.MissingGradients.Select(m => m.Operator).Distinct());
            Console.WriteLine($"{title}: no gradient to the input, {missing} has no rule");
        }

        Console.WriteLine($"{title}: {model.Description.Layer}, {Environment.ProcessorCount} processors, medians of {Runs}");
        for (var i = 0; i < cases.Count; i++)
        {
            var (wall, processor) = times[i];
            Console.WriteLine(
                $"  {cases[i].Name, -32} {wall, 8:F2} ms  ×{wall / times[0].Wall:F2}"
                    + $"   {processor, 8:F2} core-ms  ×{processor / times[0].Processor:F2}"
            );
        }
        if (model.Description.MissingGradients.Count > 0)
            return;
        var (own, plain) = (Opening(factory), Opening(standard));
        Console.WriteLine(
            $"  first gradient to the input, median of {Openings}: {own.Wall:F0} ms, with standard operators {plain.Wall:F0} ms"
                + $"  ×{own.Wall / plain.Wall:F2}   {own.Processor:F0} and {plain.Processor:F0} core-ms"
                + $"  ×{own.Processor / plain.Processor:F2}"
        );

        // A model that was just loaded opens the session for it.
        (double Wall, double Processor) Opening(SessionFactory sessions)
        {
            var found = new (double Wall, double Processor)[Openings];
            for (var i = 0; i < Openings; i++)
            {
                using var fresh = ModelLoader.Load(ModelSource.FromPath(path), sessions, CancellationToken.None);
                found[i] = Timed(() => Explain(fresh.View, spec.Name, 1));
            }
            return Medians(found);
        }
    }

    private static (double Wall, double Processor)[] Times(Action[] actions)
    {
        // Long enough for the just-in-time compiler to have finished: a service is measured as it runs, not as it starts.
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(3); )
            Array.ForEach(actions, a => a());
        var times = actions.Select(_ => new (double Wall, double Processor)[Runs]).ToArray();
        for (var run = 0; run < Runs; run++)
        {
            for (var i = 0; i < actions.Length; i++)
                times[i][run] = Timed(actions[i]);
        }
        return [.. times.Select(Medians)];
    }

    private static (double Wall, double Processor) Timed(Action action)
    {
        var (start, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        action();
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, (Environment.CpuUsage.TotalTime - used).TotalMilliseconds);
    }

    private static (double Wall, double Processor) Medians((double Wall, double Processor)[] times)
    {
        return (Median(times.Select(t => t.Wall)), Median(times.Select(t => t.Processor)));

        double Median(IEnumerable<double> values) => values.Order().ElementAt(times.Length / 2);
    }

    private static FloatTensor Input(ModelDescription description)
    {
        var random = new Random(1);
        var shape = description
            .Inputs.Single(i => i.Name == description.Input.Name)
            .Shape.Select(
                (d, i) =>
                    d > 0 ? d
                    : i == 0 ? 1
                    : description.Input.Height
            )
            .ToArray();
        return new FloatTensor(shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextSingle())]);
    }
}
