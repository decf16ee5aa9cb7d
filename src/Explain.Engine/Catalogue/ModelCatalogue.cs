using System.Collections.Concurrent;
using System.Diagnostics;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging;

namespace Explain.Engine.Catalogue;

/// <summary>
/// The served models, loaded while the others answer; a load waits for another of the same model alone. Loading a model again puts it in
/// the place of the old one once it has answered its first run; requests that began with the old one end with it.
/// </summary>
public sealed class ModelCatalogue : IDisposable
{
    private readonly ConcurrentDictionary<string, Slot> _slots = [];

    // One that takes long must not keep the others from being served; more at once than processors would only take memory.
    private static readonly int LoadsAtOnce = Math.Clamp(Environment.ProcessorCount, 2, 8);

    private readonly Func<IEnumerable<ModelSource>> _scan;
    private readonly SessionFactory _factory;
    private readonly TimeSpan _maxLoadTime;
    private readonly ILogger _logger;

    private ModelCatalogue(Func<IEnumerable<ModelSource>> scan, EngineOptions options, ILogger logger)
    {
        (_scan, _factory, _maxLoadTime, _logger) = (scan, new SessionFactory(options, logger), options.MaxLoadTime, logger);
        foreach (var source in scan())
            _slots[source.Name] = new Slot(source);
    }

    /// <summary>Every model that was found, by name.</summary>
    public IReadOnlyList<ModelStatus> Status => [.. _slots.Values.Select(s => s.Status).OrderBy(s => s.Name, StringComparer.Ordinal)];

    /// <summary>What runs the models: <c>cuda</c> or <c>cpu</c>.</summary>
    public string Provider => _factory.Provider;

    /// <summary>Finds the models that <paramref name="options"/> name; loads none.</summary>
    /// <param name="options">Where models are, and what runs them.</param>
    /// <param name="embedded">The host's own models; one in the models directory wins over one of its name here.</param>
    /// <param name="logger">Gets what becomes of each model.</param>
    /// <exception cref="DirectoryNotFoundException">The models directory does not exist.</exception>
    /// <exception cref="NotSupportedException">CUDA is asked for, and cannot be used.</exception>
    public static ModelCatalogue Create(EngineOptions options, IReadOnlyList<ModelSource> embedded, ILogger logger)
    {
        if (options.ModelsDirectory is { } directory)
        {
            foreach (var stray in ModelSource.Strays(directory, options.ModelName))
                logger.LogWarning("{Stray}; expected: {Layout}", stray, ModelSource.Layout);
        }

        return new(() => Scan(options, embedded), options, logger);
    }

    /// <summary>A catalogue of one model, given by its folder or its <c>.onnx</c> file.</summary>
    /// <exception cref="NotSupportedException">CUDA is asked for, and cannot be used.</exception>
    public static ModelCatalogue ForPath(string path, EngineOptions options, ILogger logger) =>
        new(() => [ModelSource.FromPath(path)], options, logger);

    /// <summary>Whether the model that must be there is there, if one must: <see cref="EngineOptions.ModelName"/>.</summary>
    public static bool HasNamedModel(EngineOptions options, IReadOnlyList<ModelSource> embedded) =>
        options.ModelName is not { } name
        || embedded.Any(s => s.Name == name)
        || (Directory.Exists(options.ModelsDirectory) && ModelSource.Scan(options.ModelsDirectory, name).Any(s => s.Name == name));

    /// <summary>Loads every model. A failure is kept with its model and logged, never thrown.</summary>
    /// <param name="cancellation">Ends it; what was not ready by then stays as it was.</param>
    public async Task LoadAllAsync(CancellationToken cancellation)
    {
        Slot[] slots = [.. _slots.Values.OrderBy(s => s.Status.Name, StringComparer.Ordinal)];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = LoadsAtOnce, CancellationToken = cancellation };
        var (start, loaded) = (Stopwatch.GetTimestamp(), 0);
        try
        {
            await Parallel.ForEachAsync(slots, parallel, async (slot, ending) =>
            {
                using var turn = await slot.EnterAsync(ending);
                if (slot.Status.State == ModelState.Loading)
                    await LoadAsync(slot, slot.Source, ending);
                _logger.LogInformation(
                    "{Loaded} of {All} models are loaded after {Seconds:F1} s",
                    Interlocked.Increment(ref loaded),
                    slots.Length,
                    Stopwatch.GetElapsedTime(start).TotalSeconds
                );
            });
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // What is not ready now will not be.
        }
    }

    /// <summary>Loads a model from its files as they are now, for the first time or anew; the highest version is served.</summary>
    /// <param name="name">A model of the catalogue, or one that was put into the models directory since.</param>
    /// <param name="cancellation">Ends the wait for an earlier load of it; once begun, it is loaded for all.</param>
    /// <returns>The model's new state.</returns>
    /// <exception cref="ExplainException">
    /// <see cref="ExplainError.ModelNotFound"/>: there are no such files. <see cref="ExplainError.ModelNotReady"/>: they cannot be loaded;
    /// a model that was served is served on.
    /// </exception>
    public async Task<ModelStatus> LoadAsync(string name, CancellationToken cancellation)
    {
        var source = _scan().FirstOrDefault(s => s.Name == name)
            ?? throw new ExplainException(
                ExplainError.ModelNotFound,
                $"there is no model '{name}' among the models' files; the models are {Names(Status)}"
            );
        var slot = _slots.GetOrAdd(name, _ => new Slot(source));
        using var turn = await slot.EnterAsync(cancellation);
        var status = await LoadAsync(slot, source, CancellationToken.None);
        return status.Error is null
            ? status
            : throw new ExplainException(
                ExplainError.ModelNotReady,
                $"model '{name}' could not be loaded: "
                    + $"{status.Error}{(status.State == ModelState.Ready ? $"; version {status.Version} is served as it was" : "")}"
            );
    }

    /// <summary>Loads a model and tries it out as <see cref="LoadAsync(string, CancellationToken)"/> does, and lets go of it.</summary>
    /// <param name="source">Its files, wherever they are.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Why it cannot be served; null when it can.</returns>
    public async Task<string?> WhyNotAsync(ModelSource source, CancellationToken cancellation)
    {
        using var apart = new Slot(source);
        return (await LoadAsync(apart, source, cancellation)).Error;
    }

    /// <summary>Takes a model out of service and out of the catalogue. Requests that began with it end with it.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.ModelNotFound"/>.</exception>
    public async Task RemoveAsync(string name, CancellationToken cancellation)
    {
        await UnloadAsync(name, cancellation);
        _slots.TryRemove(name, out _);
    }

    /// <summary>
    /// Takes a model out of service. Requests that began with it end with it; further ones are refused until it is loaded again.
    /// </summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.ModelNotFound"/>.</exception>
    public async Task<ModelStatus> UnloadAsync(string name, CancellationToken cancellation)
    {
        var slot = Known(name);
        using var turn = await slot.EnterAsync(cancellation);
        slot.Status = slot.Status with { State = ModelState.Unloaded, Error = null, Description = null, Methods = [] };
        Interlocked.Exchange(ref slot.Served, null)?.Release();
        _logger.LogInformation("Model {Model} is unloaded", name);
        return slot.Status;
    }

    /// <summary>What clients may know of a model.</summary>
    /// <param name="name">Name.</param>
    /// <param name="version">The version it must have; null for the one that is served.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.ModelNotFound"/> or <see cref="ExplainError.ModelNotReady"/>.</exception>
    public ModelDescription Describe(string name, string? version = null)
    {
        using var lease = Borrow(name, version);
        return lease.Description;
    }

    /// <summary>The model that answers a request from beginning to end.</summary>
    /// <param name="name">Name.</param>
    /// <param name="version">The version it must have; null for the one that is served.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.ModelNotFound"/> or <see cref="ExplainError.ModelNotReady"/>.</exception>
    public ModelLease Borrow(string name, string? version = null)
    {
        var slot = Known(name);
        // A model that goes just now has a successor, or the slot is empty.
        for (var served = slot.Served; served is not null; served = slot.Served)
        {
            if (!served.TryUse())
                continue;
            var lease = new ModelLease(served);
            if (version is null || version == lease.Description.Version)
                return lease;
            lease.Dispose();
            throw new ExplainException(
                ExplainError.ModelNotFound,
                $"version '{version}' of model '{name}' is not served; version {lease.Description.Version} is"
            );
        }
        throw new ExplainException(
            ExplainError.ModelNotReady,
            slot.Status switch
            {
                { State: ModelState.Failed } status => $"model '{name}' could not be loaded: {status.Error}",
                { State: ModelState.Unloaded } => $"model '{name}' is unloaded",
                _ => $"model '{name}' is still being loaded",
            }
        );
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var slot in _slots.Values)
            slot.Dispose();
        _factory.Dispose();
    }

    private static IEnumerable<ModelSource> Scan(EngineOptions options, IReadOnlyList<ModelSource> embedded) =>
        (options.ModelsDirectory is { } directory ? ModelSource.Scan(directory, options.ModelName) : [])
            .Concat(embedded)
            .Concat(options.UploadsDirectory is { } uploads ? ModelSource.Scan(uploads) : [])
            .DistinctBy(s => s.Name);

    private static string Names(IEnumerable<ModelStatus> models) => string.Join(", ", models.Select(m => m.Name));

    private Slot Known(string name) =>
        _slots.TryGetValue(name, out var slot)
            ? slot
            : throw new ExplainException(ExplainError.ModelNotFound, $"no model '{name}' is served; the models are {Names(Status)}");

    private Task<ModelStatus> LoadAsync(Slot slot, ModelSource source, CancellationToken cancellation) =>
        _factory.Schedule.Threads.RunAsync(() => Load(slot, source, cancellation), CancellationToken.None);

    private ModelStatus Load(Slot slot, ModelSource source, CancellationToken cancellation)
    {
        LoadedModel? model = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_maxLoadTime);
        try
        {
            slot.Reach(LoadStep.Reading);
            model = ModelLoader.Load(source, _factory, limit.Token);
            slot.Reach(LoadStep.Methods);
            var methods = MethodSupportTable.For(model.View);
            slot.Reach(LoadStep.FirstRuns);
            TryOut(model, limit.Token);
            model.EndLoading();
            var old = Interlocked.Exchange(ref slot.Served, new ServedModel(model, methods));
            (slot.Source, slot.Status) = (
                source,
                new ModelStatus(source.Name, source.Version, ModelState.Ready, null) { Description = model.Description, Methods = methods }
            );
            old?.Release();
            var output = model.Description.Explainable[0];
            _logger.LogInformation(
                "Model {Model} is ready: version {Version}, {Output}, layer {Layer}, on {Provider}",
                source.Name,
                source.Version,
                model.Description.Classes > 0
                    ? $"{model.Description.Classes} classes"
                    : $"{output.Kind.ToString().ToLowerInvariant()} {output.Name}",
                model.Description.Layer,
                model.Description.Provider
            );
            SayWhatCannotBeDone(model.View, methods);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            model?.Dispose();
            throw;
        }
        // Whatever a file provokes must not keep the other models from being served.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            model?.Dispose();
            var reason = limit.IsCancellationRequested
                ? $"it was not ready after {_maxLoadTime.TotalSeconds:0.###} s, the most that loading may take"
                : LoadFailure.Reason(e, source.Folder);
            slot.Status = slot.Served is null
                ? new ModelStatus(source.Name, source.Version, ModelState.Failed, reason)
                : slot.Status with
                {
                    Error = reason,
                };
            _logger.LogError(LoadFailure.Cause(e), "Model {Model} could not be loaded: {Reason}", source.Name, reason);
        }
        return slot.Status;
    }

    private void TryOut(LoadedModel model, CancellationToken cancellation)
    {
        try
        {
            WarmUp.Run(model, cancellation);
        }
        catch (ExplainException e)
        {
            _logger.LogWarning(
                e.InnerException,
                "Model {Model} answers predictions, but its default layer cannot be explained: {Reason}",
                model.Description.Name,
                e.Message
            );
        }
    }

    private void SayWhatCannotBeDone(Model model, IReadOnlyList<MethodSupport> methods)
    {
        var description = model.Description;
        var reason = (description.Layer is { } layer ? Requirement.LayerGradient.WhyNot(model, layer) : null)
            ?? Requirement.InputGradient.WhyNot(model, description.Input.Name);
        if (reason is not null)
        {
            _logger.LogInformation(
                "Model {Model} cannot be differentiated everywhere: {Reason}; methods that still work: {Methods}",
                description.Name,
                reason,
                string.Join(", ", methods.Where(m => m.Supported).Select(m => m.Method))
            );
        }
    }

    private sealed class Slot(ModelSource source) : IDisposable
    {
        // Loading and unloading of one model come one after the other.
        private readonly SemaphoreSlim _changing = new(1);

        public ModelSource Source = source;

        public volatile ServedModel? Served;

        public volatile ModelStatus Status = new(source.Name, source.Version, ModelState.Loading, null);

        // A model that is loaded anew is ready all the while.
        public void Reach(LoadStep step)
        {
            if (Status.State == ModelState.Loading)
                Status = Status with { Step = step };
        }

        public async Task<Turn> EnterAsync(CancellationToken cancellation)
        {
            await _changing.WaitAsync(cancellation);
            return new Turn(_changing);
        }

        public void Dispose()
        {
            Interlocked.Exchange(ref Served, null)?.Release();
            _changing.Dispose();
        }
    }

    private sealed class Turn(SemaphoreSlim taken) : IDisposable
    {
        public void Dispose() => taken.Release();
    }
}
