using System.Diagnostics;
using System.Globalization;
using Explain.Autodiff.Rules;
using Explain.Demo;
using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Models;
using Explain.Engine.Objectives;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Load;

/// <summary>
/// Decoding, preparing and the run of Grad-CAM by themselves, in a process of their own: the engine's code on the engine's threads, by its
/// turns, for as many who ask, and nothing of what the service does around them.
/// </summary>
internal sealed class Alone : IDisposable
{
    private readonly Process _process;

    private Alone(Process process)
    {
        _process = process;
    }

    /// <summary>Starts the process.</summary>
    /// <param name="photograph">Path of a picture.</param>
    /// <param name="models">Directory of models; empty for none.</param>
    public static Alone Start(string photograph, string models) =>
        new(
            Process.Start(
                new ProcessStartInfo(
                    "dotnet",
                    [
                        // With the service's settings of the runtime.
                        "exec",
                        "--runtimeconfig",
                        Path.Combine(AppContext.BaseDirectory, "Explain.Service.runtimeconfig.json"),
                        typeof(Alone).Assembly.Location,
                        "alone",
                        photograph,
                        "--models",
                        models,
                    ]
                )
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                }
            )!
        );

    /// <summary>Has it work.</summary>
    /// <param name="model">With which model.</param>
    /// <param name="pictures">On which pictures, by turns.</param>
    /// <param name="time">For how long.</param>
    public async Task<Cost> WorkAsync(string model, IEnumerable<int> pictures, TimeSpan time)
    {
        await _process.StandardInput.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"{model} {time.TotalSeconds} {string.Join(' ', pictures)}")
        );
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the engine's process has ended");
        var numbers = line.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return new Cost((int)numbers[0], numbers[1], numbers[2]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    /// <summary>The process: does what each line asks for.</summary>
    /// <param name="photograph">Path of a picture.</param>
    /// <param name="models">Directory of models; empty for none.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string photograph, string models)
    {
        var options = new EngineOptions { ModelsDirectory = models.Length > 0 ? models : null };
        using var catalogue = ModelCatalogue.Create(options, [DemoAssets.Model], NullLogger.Instance);
        await catalogue.LoadAllAsync(CancellationToken.None);
        var images = new ImageExplainer(new VipsImageCodec(), options);
        var pictures = Photo.All(photograph);
        while (Console.ReadLine()?.Split(' ') is [var model, var seconds, .. var asked])
        {
            using var lease = catalogue.Borrow(model);
            int[] places = [.. asked.Select(int.Parse)];
            var cost = await Cost.OfAsync(
                TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)),
                () => Environment.CpuUsage.TotalTime,
                n => ComputeAsync(images, lease.Model, pictures[places[n % places.Length]].Fresh())
            );
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cost.Answers} {cost.Seconds} {cost.Milliseconds}"));
        }
        return 0;
    }

    private static Task<bool> ComputeAsync(ImageExplainer images, Model model, byte[] picture)
    {
        var run = RunContext.Alone(CancellationToken.None);
        return model.Loaded.Schedule.Threads.RunAsync(
            () =>
            {
                Passes
                    .Backward(
                        model,
                        images.Item(model, picture, run),
                        [model.Description.Layer!],
                        [new ClassObjective(Score.Logit, new Target(-1))],
                        GradientRules.Plain,
                        run
                    )
                    .Dispose();
                return true;
            },
            run.Cancellation
        );
    }
}
