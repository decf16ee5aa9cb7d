using Explain.Engine.Images;
using Explain.Engine.Models.Reading;
using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail.Storage;
using Explain.Service.Bodies;
using Explain.Service.Caching;
using Explain.Service.Limits;
using Explain.Service.Models;
using Explain.Service.Protocols;
using Explain.Service.Requests;
using Explain.Service.Security;
using Explain.Service.Settings;
using Explain.Service.Telemetry;

namespace Explain.Service;

/// <summary>The <c>Explain</c> section of the configuration, complete and valid: for each feature its own part.</summary>
internal sealed record ServiceSettings
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = SettingsReader.Root;

    /// <summary>Models, device and image limits.</summary>
    public required EngineOptions Engine { get; init; }

    /// <summary>What reads and writes images.</summary>
    public required ImageLibrary ImageCodec { get; init; }

    /// <summary>Models that are served besides those of the models directory.</summary>
    public required IReadOnlyList<ModelSource> EmbeddedModels { get; init; }

    /// <summary>Models that callers send.</summary>
    public required UploadSettings Uploads { get; init; }

    /// <summary>How much is taken on at once.</summary>
    public required LimitSettings Limits { get; init; }

    /// <summary>How much of what callers send is kept.</summary>
    public required BodySettings Bodies { get; init; }

    /// <summary>Time in which a request must be answered, reading its body included.</summary>
    public required TimeSpan RequestTimeout { get; init; }

    /// <summary>The protocols besides the native API.</summary>
    public required ProtocolSettings Protocols { get; init; }

    /// <summary>What stands between callers and the service.</summary>
    public required ProxySettings Proxies { get; init; }

    /// <summary>Who may call.</summary>
    public required SecuritySettings Security { get; init; }

    /// <summary>Metrics, traces and the log.</summary>
    public required TelemetrySettings Telemetry { get; init; }

    /// <summary>Which answers are kept to be given again.</summary>
    public required CacheSettings Cache { get; init; }

    /// <summary>Where explanations are written down.</summary>
    public required AuditTrailSettings AuditTrail { get; init; }

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
        var engine = EngineSettings.Read(reader);
        var security = SecuritySettings.Read(reader);
        return new ServiceSettings
        {
            Engine = engine.Options,
            ImageCodec = engine.ImageCodec,
            EmbeddedModels = engine.EmbeddedModels,
            Uploads = engine.Uploads,
            Limits = LimitSettings.Read(reader, engine.Options),
            Bodies = BodySettings.Read(reader),
            RequestTimeout = TimeSpan.FromSeconds(
                reader.Whole(
                    "RequestTimeoutSeconds",
                    30,
                    1,
                    3600,
                    "Beyond: 504, and the native run ends; methods that can answer in part stop at four fifths of it. "
                        + "As long again is there for sending the answer."
                )
            ),
            Protocols = ProtocolSettings.Read(reader.Section("Protocols")),
            Proxies = ProxySettings.Read(reader),
            Security = security,
            Telemetry = TelemetrySettings.Read(reader, configuration),
            Cache = CacheSettings.Read(reader.Section("Cache"), security.IsOpen),
            AuditTrail = AuditTrailSettings.Read(reader.Section("Store", "Kind")),
        };
    }
}
