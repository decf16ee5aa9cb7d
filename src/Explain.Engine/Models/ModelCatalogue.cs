using System.Collections.Frozen;
using Explain.Autodiff;
using Explain.Engine.Demo;
using Explain.Engine.Images;
using Explain.Engine.Methods;
using Explain.Engine.Targets;
using Microsoft.Extensions.Logging;

namespace Explain.Engine.Models;

/// <summary>Where a served model stands.</summary>
public enum ModelState
{
    /// <summary>Not loaded yet.</summary>
    Loading,

    /// <summary>Answers requests.</summary>
    Ready,

    /// <summary>Its files could not be loaded; the others are served.</summary>
    Failed,
}

/// <summary>Name and state of a served model.</summary>
/// <param name="Name">Name.</param>
/// <param name="State">State.</param>
/// <param name="Error">Why it failed; null otherwise.</param>
public sealed record ModelStatus(string Name, ModelState State, string? Error);

/// <summary>The served models: found once, loaded in the background, each on its own.</summary>
public sealed class ModelCatalogue : IDisposable
{
    private readonly FrozenDictionary<string, Slot> _slots;
    private readonly SessionFactory _factory;
    private readonly ILogger _logger;

    private ModelCatalogue(IEnumerable<ModelSource> sources, SessionFactory factory, ILogger logger)
    {
        _slots = sources.ToFrozenDictionary(s => s.Name, s => new Slot(s));
        _factory = factory;
        _logger = logger;
    }

    /// <summary>Every model, by name.</summary>
    public IReadOnlyList<ModelStatus> Status => [.. _slots.Values.Select(s => s.Status).OrderBy(s => s.Name, StringComparer.Ordinal)];

    /// <summary>Finds the models that <paramref name="options"/> name; loads none.</summary>
    /// <exception cref="DirectoryNotFoundException">The models directory does not exist.</exception>
    public static ModelCatalogue Create(EngineOptions options, ILogger logger)
    {
        var sources = options.ModelsDirectory is { } directory ? ModelSource.Scan(directory, options.ModelName).ToList() : [];
        if (options.DemoModel && sources.All(s => s.Name != DemoAssets.ModelName))
            sources.Add(new ModelSource(DemoAssets.ModelName, "1", null, DemoAssets.Open));
        return new ModelCatalogue(sources, new SessionFactory(options, logger), logger);
    }

    /// <summary>A catalogue of one model, given by its folder or its <c>.onnx</c> file.</summary>
    public static ModelCatalogue ForPath(string path, EngineOptions options, ILogger logger) =>
        new([ModelSource.FromPath(path)], new SessionFactory(options, logger), logger);

    /// <summary>Loads every model. A failure is kept with its model and logged, never thrown.</summary>
    public Task LoadAllAsync(CancellationToken cancellation) => Task.Run(
        () =>
        {
            foreach (var slot in _slots.Values.OrderBy(s => s.Status.Name, StringComparer.Ordinal))
            {
                if (cancellation.IsCancellationRequested) return;
                Load(slot);
            }
        },
        CancellationToken.None);

    /// <summary>What clients may know of a model.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.ModelNotFound"/> or <see cref="ExplainError.ModelNotReady"/>.</exception>
    public ModelDescription Describe(string name) => Find(name).Description;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var slot in _slots.Values) slot.Model?.Dispose();
    }

    internal Model Find(string name)
    {
        if (!_slots.TryGetValue(name, out var slot))
            throw new ExplainException(ExplainError.ModelNotFound, $"no model '{name}' is served; the models are {string.Join(", ", Status.Select(s => s.Name))}");
        return slot.Model ?? throw new ExplainException(ExplainError.ModelNotReady,
            slot.Status.State == ModelState.Failed ? $"model '{name}' could not be loaded: {slot.Status.Error}" : $"model '{name}' is still being loaded");
    }

    private void Load(Slot slot)
    {
        try
        {
            var model = ModelLoader.Load(slot.Source, _factory);
            WarmUp(model);
            slot.Model = model;
            slot.Status = slot.Status with { State = ModelState.Ready };
            var output = model.Description.Explainable[0];
            _logger.LogInformation("Model {Model} is ready: {Output}, layer {Layer}, on {Provider}", slot.Source.Name,
                model.Description.Classes > 0 ? $"{model.Description.Classes} classes" : $"{output.Kind.ToString().ToLowerInvariant()} {output.Name}", model.Description.Layer, model.Description.Provider);
            SayWhatCannotBeDone(model);
        }
        // Whatever a file provokes must not keep the other models from being served.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Clients read this: one line, and no paths of the machine.
            var reason = e.Message.ReplaceLineEndings(" ").Trim();
            if (slot.Source.Folder is { } folder) reason = reason.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal).Replace(folder, ".", StringComparison.Ordinal);
            slot.Status = slot.Status with { State = ModelState.Failed, Error = reason };
            _logger.LogError("Model {Model} could not be loaded: {Reason}", slot.Source.Name, reason);
        }
    }

    private void SayWhatCannotBeDone(Model model)
    {
        var description = model.Description;
        var reason = (description.Layer is { } layer ? Need.LayerGradient.WhyNot(model, layer) : null) ?? Need.InputGradient.WhyNot(model, description.Input.Name);
        if (reason is not null)
            _logger.LogInformation("Model {Model} cannot be differentiated everywhere: {Reason}; methods that still work: {Methods}", description.Name, reason,
                string.Join(", ", description.Methods.Where(m => m.Supported).Select(m => m.Method)));
    }

    // The first run opens the session and lays out its memory; a client should not wait for that.
    private void WarmUp(Model model)
    {
        var (description, input) = (model.Description, model.Description.Input);
        // Nothing is known of what the other inputs may hold.
        if (!description.Methods.Any(m => m.Supported) || description.FurtherInputs.Count > 0) return;
        var shape = description.Inputs.Single(i => i.Name == input.Name).Shape.Select((d, axis) => axis == 0 ? Math.Max(d, 1) : d).ToArray();
        var (channels, height, width) = input.Layout == TensorLayout.Nchw ? (1, 2, 3) : (3, 1, 2);
        (shape[channels], shape[height], shape[width]) = (input.Mean.Count, input.Height, input.Width);
        var rows = (int)shape[0];
        try
        {
            var zeros = new FloatTensor(shape, new float[shape.Aggregate(1L, (a, b) => a * b)]);
            var layer = description.Layer is { } own && Need.LayerGradient.WhyNot(model, own) is null ? own : null;
            if (layer is not null && description.Classes > 0)
            {
                var objectives = Enumerable.Repeat(new ClassObjective(Score.Logit, Target.Predicted), rows).ToArray();
                Pass.Backward(model, zeros, [layer], objectives, GradientRules.Plain, CancellationToken.None).Dispose();
            }
            else
            {
                Pass.Forward(model, zeros, layer is null ? [] : [layer], CancellationToken.None).Dispose();
            }
        }
        catch (ExplainException e)
        {
            _logger.LogWarning("Model {Model} answers predictions, but its default layer cannot be explained: {Reason}", description.Name, e.Message);
        }
    }

    private sealed class Slot(ModelSource source)
    {
        public ModelSource Source { get; } = source;

        public volatile Model? Model;

        public volatile ModelStatus Status = new(source.Name, ModelState.Loading, null);
    }
}
