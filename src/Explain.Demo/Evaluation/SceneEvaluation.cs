using Explain.Demo.Scenes;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Inputs;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Demo.Evaluation;

/// <summary>How often something was so.</summary>
/// <param name="Hits">Times it was.</param>
/// <param name="Total">Times it was looked at; 0 when never.</param>
public readonly record struct Share(int Hits, int Total)
{
    /// <summary>0..1; not a number when it was never looked at.</summary>
    public double Value => Hits / (double)Total;

    internal Share With(bool hit) => new(Hits + (hit ? 1 : 0), Total + 1);
}

/// <summary>What generated images say of a model and a method.</summary>
/// <param name="RightOnOneKind">Images with one kind whose best class is that kind.</param>
/// <param name="PresentOnAll">All images whose best class is a kind that is present.</param>
/// <param name="MaximumInMask">Pairs of image and kind, in images with two kinds, where the kind's map has its maximum on the kind's
/// own object.</param>
/// <param name="MaximumInBox">The same with the object's bounding box.</param>
public sealed record SceneFigures(Share RightOnOneKind, Share PresentOnAll, Share MaximumInMask, Share MaximumInBox);

/// <summary>Measures a model and a method on generated images, where the truth is known to the pixel.</summary>
/// <param name="explainer">Explains.</param>
/// <param name="codec">Makes files of the images.</param>
/// <param name="model">A model whose labels have every kind.</param>
public sealed class SceneEvaluation(Explainer explainer, IImageCodec codec, ModelLease model)
{
    private readonly int[] _classes = ClassesOf(model.Description);

    /// <summary>Measures.</summary>
    /// <param name="scenes">Images: those of the series from the first on.</param>
    /// <param name="seed">The series.</param>
    /// <param name="parameters">Method, layer and score; the target is each kind in turn.</param>
    /// <param name="progress">Gets the number of images done.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ExplainException">The model cannot do what is asked.</exception>
    public async Task<SceneFigures> RunAsync(
        int scenes,
        ulong seed,
        ExplainParameters parameters,
        IProgress<int>? progress,
        CancellationToken cancellation
    )
    {
        var figures = new SceneFigures(default, default, default, default);
        for (var i = 0; i < scenes; i++)
        {
            var scene = SceneGenerator.Generate(seed, i, new SceneOptions());
            figures = await AddAsync(figures, scene, parameters, cancellation);
            progress?.Report(i + 1);
        }
        return figures;
    }

    private async Task<SceneFigures> AddAsync(
        SceneFigures figures,
        Scene scene,
        ExplainParameters parameters,
        CancellationToken cancellation
    )
    {
        var image = codec.Encode(new RgbImage(scene.Width, scene.Height, scene.Pixels), ImageFormat.Png, cancellation);
        int[] present = [.. scene.Objects.Select(o => _classes[o.KindIndex])];
        if (present.Length != 2)
        {
            var answer = await explainer.PredictAsync(model, image, 1, InputTensor.None, RunContext.Alone(cancellation));
            var right = present.Contains(answer.Predictions[0].Index);
            return figures with
            {
                PresentOnAll = figures.PresentOnAll.With(right),
                RightOnOneKind = present.Length == 1 ? figures.RightOnOneKind.With(right) : figures.RightOnOneKind,
            };
        }
        var explanation = await explainer.ExplainAsync(
            model,
            image,
            parameters with
            {
                Target = string.Join(',', present),
            },
            RunContext.Alone(cancellation)
        );
        figures = figures with { PresentOnAll = figures.PresentOnAll.With(present.Contains(explanation.Predictions[0].Index)) };
        foreach (var (target, thing) in explanation.Targets.Zip(scene.Objects))
        {
            var peak = MapPeak.Find(target.Map, explanation.Geometry);
            figures = figures with
            {
                MaximumInMask = figures.MaximumInMask.With(peak is var (x, y) && thing.Mask[y * scene.Width + x]),
                MaximumInBox = figures.MaximumInBox.With(peak is { } pixel && Contains(thing.Box, pixel)),
            };
        }
        return figures;
    }

    private static bool Contains(BoundingBox box, (int X, int Y) pixel) =>
        pixel.X >= box.X && pixel.X < box.X + box.Width && pixel.Y >= box.Y && pixel.Y < box.Y + box.Height;

    private static int[] ClassesOf(ModelDescription model)
    {
        var labels = model.Labels.Select((label, i) => (label, i)).ToLookup(l => l.label, l => l.i, StringComparer.OrdinalIgnoreCase);
        var missing = SceneKinds.Names.Where(kind => !labels.Contains(kind)).ToArray();
        if (missing.Length == 0)
            return [.. SceneKinds.Names.Select(kind => labels[kind].First())];
        throw new ExplainException(
            ExplainError.LabelNotFound,
            $"model '{model.Name}' cannot be measured on the generated images: it has no label {string.Join(", ", missing)}"
        );
    }
}
