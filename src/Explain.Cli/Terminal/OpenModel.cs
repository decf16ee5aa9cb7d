using Explain.Demo;
using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Vocabulary;

namespace Explain.Cli.Terminal;

/// <summary>A model that is loaded and answers, and what is needed to ask it.</summary>
internal sealed record OpenModel(ModelCatalogue Catalogue, ModelLease Lease, EngineOptions Engine) : IDisposable
{
    // Nobody else's memory is at stake here, so only what cannot be meant is refused.
    private static readonly EngineOptions Options = new()
    {
        MaxImageBytes = 512 * 1024 * 1024,
        MaxImagePixels = 250_000_000,
        MaxLoadTime = Timeout.InfiniteTimeSpan,
    };

    public VipsImageCodec Codec { get; } = new();

    public Explainer Explainer => new(Codec, Engine);

    public ModelDescription Description => Lease.Description;

    /// <summary>Loads a model.</summary>
    /// <param name="choice">Which, and what runs it.</param>
    /// <param name="shell">Gets the warnings.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="UsageException">There is none, or it cannot be used.</exception>
    public static async Task<OpenModel> OpenAsync(ModelChoice choice, Shell shell, CancellationToken cancellation)
    {
        var (path, device) = choice;
        if (path is not null)
            RequireModel(path);
        return await OpenAsync(SourceOf(path), path ?? DemoAssets.ModelName, device, shell, cancellation);
    }

    /// <summary>Loads a model from elsewhere than a path.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="name">What it is called where it cannot be used.</param>
    /// <param name="device">What runs it.</param>
    /// <param name="shell">Gets the warnings.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="UsageException">It cannot be used.</exception>
    public static async Task<OpenModel> OpenAsync(
        ModelSource source,
        string name,
        Device device,
        Shell shell,
        CancellationToken cancellation
    )
    {
        if (device == Device.Cuda && Cuda.WhyNot(Options.CudaDevices) is { } obstacle)
            throw new UsageException($"--device cuda is not allowed; allowed: auto or cpu, as CUDA cannot be used here: {obstacle}");
        var options = Options with { Device = device };
        var catalogue = ModelCatalogue.Create(options, [source], new WarningLogger(shell));
        await catalogue.LoadAllAsync(cancellation);
        var status = catalogue.Status.Single();
        if (status.State == ModelState.Ready)
            return new OpenModel(catalogue, catalogue.Borrow(status.Name), options);
        catalogue.Dispose();
        cancellation.ThrowIfCancellationRequested();
        throw new UsageException($"model '{name}' cannot be used: {status.Error}");
    }

    /// <summary>Where the model of a path comes from; the demo model for none.</summary>
    public static ModelSource SourceOf(string? path) => path is null ? DemoAssets.Model : ModelSource.FromPath(path);

    public void Dispose()
    {
        Lease.Dispose();
        Catalogue.Dispose();
    }

    private static void RequireModel(string path)
    {
        if (File.Exists(path))
            return;
        if (!Directory.Exists(path))
            throw new UsageException($"there is no model '{path}': neither a folder nor a file has that name");
        if (File.Exists(Path.Combine(path, "model.onnx")))
            return;
        var inside = Directory
            .EnumerateFiles(path, "*.onnx")
            .Concat(Directory.EnumerateDirectories(path).Where(d => File.Exists(Path.Combine(d, "model.onnx"))))
            .Order(StringComparer.Ordinal)
            .Take(3)
            .Select(p => $"'{p}'")
            .ToArray();
        throw new UsageException(
            $"folder '{path}' has no model.onnx{(inside.Length > 0 ? $"; did you mean {string.Join(" or ", inside)}?" : "")}"
        );
    }
}
