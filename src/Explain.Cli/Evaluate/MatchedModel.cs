using System.Globalization;
using Explain.Cli.Terminal;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Evaluation.Annotations;
using Explain.Evaluation.Localization;

namespace Explain.Cli.Evaluate;

/// <summary>A model, and the pictures that have an object of one of its classes, with those objects alone.</summary>
/// <param name="Model">The model.</param>
/// <param name="Indices">Class index by label.</param>
/// <param name="Pictures">By name.</param>
internal sealed record MatchedModel(
    OpenModel Model,
    IReadOnlyDictionary<string, int> Indices,
    IReadOnlyDictionary<string, AnnotatedImage> Pictures
)
{
    /// <summary>Finds the classes of several models that pictures are of.</summary>
    /// <param name="models">The models.</param>
    /// <param name="pictures">The pictures.</param>
    /// <exception cref="UsageException">Annotations cannot be read, or what they name is no class of a model.</exception>
    public static IReadOnlyList<MatchedModel> All(IReadOnlyList<OpenModel> models, IAnnotatedPictures pictures)
    {
        try
        {
            var annotated = pictures.Annotate();
            return [.. models.Select(model => Of(model, annotated, pictures))];
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message);
        }
    }

    /// <summary>The objects of a picture by class index, ascending.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<AnnotatedObject>> ByClass(AnnotatedImage picture) =>
        picture
            .Objects.GroupBy(o => Indices[o.Label])
            .OrderBy(g => g.Key)
            .ToDictionary(g => g.Key, g => (IReadOnlyList<AnnotatedObject>)[.. g]);

    /// <summary>Checks what is asked, and says what it takes.</summary>
    /// <param name="question">What is asked, but for the classes.</param>
    /// <param name="compare">Methods and layers in the place of those of the parameters; null for those.</param>
    /// <param name="shell">Gets the message.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="Engine.Vocabulary.ExplainException">The model cannot be asked that.</exception>
    public async Task SayPriceAsync(MapQuestion question, CompareParameters? compare, Shell shell, CancellationToken cancellation)
    {
        if (Pictures.Count == 0)
            return;
        var asked = question.Parameters with { Target = $"{ByClass(Pictures.Values.First()).Keys.First()}" };
        var plan = await Model.Explainer.PlanAsync(Model.Lease, asked, compare, new OutputParameters(), RunContext.Alone(cancellation));
        var classes = Pictures.Values.Sum(p => (long)ByClass(p).Count);
        shell.Complain(
            $"{Model.Description.Name}: {Pictures.Count} pictures with {classes} classes; for each class as much work as "
                + $"{plan.Price.Work} forward passes, at most"
        );
    }

    /// <summary>Explains classes on a picture.</summary>
    /// <param name="question">What is asked, but for the classes.</param>
    /// <param name="image">The picture's file.</param>
    /// <param name="classes">Class indices.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="compare">Methods and layers in the place of those of the parameters; null for those.</param>
    /// <exception cref="Engine.Vocabulary.ExplainException">The picture or a parameter cannot be used.</exception>
    public Task<Explanation> ExplainAsync(
        MapQuestion question,
        byte[] image,
        IEnumerable<int> classes,
        CancellationToken cancellation,
        CompareParameters? compare = null
    ) =>
        Model.Explainer.ExplainAsync(
            Model.Lease,
            image,
            question.Parameters with
            {
                Target = string.Join(',', classes.Select(c => c.ToString(CultureInfo.InvariantCulture))),
            },
            RunContext.Alone(cancellation),
            compare
        );

    /// <summary>Where the objects of a class are on a picture; all objects where none is of the class.</summary>
    /// <param name="name">Name of the picture.</param>
    /// <param name="index">Class index.</param>
    /// <param name="geometry">What the model saw of it.</param>
    /// <exception cref="FormatException">The annotation is damaged, or that of another picture.</exception>
    public Truth TruthOf(string name, int index, Geometry geometry)
    {
        var fitted = PictureFit.To(Pictures[name], geometry.ImageWidth, geometry.ImageHeight);
        return Truth.Of(ByClass(fitted).TryGetValue(index, out var own) ? own : fitted.Objects, geometry);
    }

    private static MatchedModel Of(OpenModel model, IReadOnlyList<AnnotatedImage> annotated, IAnnotatedPictures pictures)
    {
        var (name, labels, classes) = (model.Description.Name, model.Description.Labels, model.Description.Classes);
        if (classes == 0)
            throw new UsageException($"model '{name}' has no classes, and maps are measured by class");
        var indices = new LabelMatcher(labels, classes, pictures.Classes).Match(annotated, pictures.LeaveOut);
        var known = annotated
            .Select(p => p with { Objects = [.. p.Objects.Where(o => indices.ContainsKey(o.Label))] })
            .Where(p => p.Objects.Count > 0);
        return new MatchedModel(model, indices, known.ToDictionary(p => p.Name));
    }
}
