using Explain.Demo;
using Explain.Engine.Catalogue;
using Explain.Engine.Models.Reading;
using Explain.Engine.Vocabulary;
using Explain.Service.Caching;
using Explain.Service.Protocols;
using Explain.Service.Security;
using Explain.Service.Telemetry;
using Explain.Service.Trail;

namespace Explain.Service.Settings;

/// <summary>The <c>Explain</c> section of the configuration, complete and valid.</summary>
internal sealed record ServiceSettings
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Explain";

    /// <summary>Models, device and image limits.</summary>
    public required EngineOptions Engine { get; init; }

    /// <summary>Models that are served besides those of the models directory.</summary>
    public required IReadOnlyList<ModelSource> EmbeddedModels { get; init; }

    /// <summary>Requests that may wait for each model; further ones are refused.</summary>
    public required int QueueLimit { get; init; }

    /// <summary>
    /// Memory for the pictures of all requests that are being computed, bytes; the size of a picture is known from its header.
    /// </summary>
    public required long ImageMemoryBytes { get; init; }

    /// <summary>Time in which a request must be answered, reading its body included.</summary>
    public required TimeSpan RequestTimeout { get; init; }

    /// <summary>The protocols besides the native API.</summary>
    public required ProtocolSettings Protocols { get; init; }

    /// <summary>Who may call.</summary>
    public required SecuritySettings Security { get; init; }

    /// <summary>Metrics, traces and the log.</summary>
    public required TelemetrySettings Telemetry { get; init; }

    /// <summary>Which answers are kept to be given again.</summary>
    public required CacheSettings Cache { get; init; }

    /// <summary>Where explanations are written down.</summary>
    public required TrailSettings Store { get; init; }

    /// <summary>Every setting there is, as the reader of the section meets it.</summary>
    public static IReadOnlyList<Setting> All()
    {
        // A list has settings when it has an entry.
        var entry = new Dictionary<string, string?> { [$"{Section}:ApiKeys:0:Name"] = "" };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(entry).Build();
        var reader = new SettingsReader(configuration.GetSection(Section));
        Read(reader, configuration);
        return [.. reader.Known];
    }

    /// <summary>Reads the section.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <param name="problems">One line for each setting that is wrong: key, value, what is allowed. Empty when all are right.</param>
    public static ServiceSettings Read(IConfiguration configuration, out IReadOnlyList<string> problems)
    {
        var reader = new SettingsReader(configuration.GetSection(Section));
        var settings = Read(reader, configuration);
        problems = [.. reader.Finish(), .. ConfigurationSetup.WrongPorts(configuration)];
        return settings;
    }

    private static ServiceSettings Read(SettingsReader reader, IConfiguration configuration)
    {
        var settings = new ServiceSettings
        {
            Engine = new EngineOptions
            {
                ModelsDirectory = reader.Directory("ModelsDirectory", "The folder with a folder for each model."),
                ModelName = reader.Text(
                    "ModelName",
                    "the name of a folder of models",
                    "A model that must be there, below the models directory or in it: then it is that model's own folder."
                ),
                Device = reader.OneOf("Device", Device.Auto, "Where models run; CUDA takes a build with `-p:OnnxRuntimeFlavor=Gpu`."),
                ThreadsPerModel = (int)reader.Whole("ThreadsPerModel", 0, 0, 1024, "Threads of a native run; 0: all processors."),
                MaxImageBytes = (int)
                    reader.Whole(
                        "MaxImageBytes",
                        10 * 1024 * 1024,
                        1024,
                        1024 * 1024 * 1024,
                        "The largest picture, checked before it is decoded."
                    ),
                MaxImagePixels = reader.Whole(
                    "MaxImagePixels",
                    40_000_000,
                    1,
                    1_000_000_000,
                    "The most pixels of a picture, checked before it is decoded."
                ),
                MaxConcurrentRuns = (int)
                    reader.Whole("MaxConcurrentRuns", Environment.ProcessorCount, 1, 1024, "Native runs at once.", "as many as processors"),
                MaxBatch = (int)reader.Whole("MaxBatch", 4, 1, 256, "Waiting requests that one run may answer."),
                BatchDelay = TimeSpan.FromMilliseconds(
                    reader.Whole("BatchDelayMilliseconds", 0, 0, 1000, "How long a run with room left waits for company.")
                ),
            },
            EmbeddedModels = reader.Flag("DemoModel", true, "Whether the embedded demo model is served.") ? [DemoAssets.Model] : [],
            QueueLimit = (int)
                reader.Whole("QueueLimit", 128, 0, 100_000, "Requests that may wait for each model; beyond: 503 with `Retry-After`."),
            ImageMemoryBytes = reader.Whole(
                "ImageMemoryBytes",
                1L << 30,
                1L << 24,
                1L << 40,
                "Memory for the decoded pictures of all requests together; beyond, requests wait."
            ),
            RequestTimeout = TimeSpan.FromSeconds(
                reader.Whole(
                    "RequestTimeoutSeconds",
                    30,
                    1,
                    3600,
                    "Beyond: 504, and the native run ends; methods that can answer in part stop at four fifths of it."
                )
            ),
            Protocols = ProtocolSettings.Read(reader.Section("Protocols")),
            Security = SecuritySettings.Read(reader),
            Telemetry = TelemetrySettings.Read(reader, configuration),
            Cache = CacheSettings.Read(reader.Section("Cache")),
            Store = TrailSettings.Read(reader.Section("Store", "Kind")),
        };
        if (settings is { EmbeddedModels: [], Engine.ModelsDirectory: null })
            reader.Refuse("DemoModel", "false", "true, or a ModelsDirectory: otherwise there is no model to serve");
        if (!ModelCatalogue.HasNamedModel(settings.Engine, settings.EmbeddedModels))
        {
            reader.Refuse(
                "ModelName",
                settings.Engine.ModelName,
                "a folder in the ModelsDirectory, or any name if the ModelsDirectory itself holds model.onnx, or 1/model.onnx"
            );
        }

        return settings;
    }
}
