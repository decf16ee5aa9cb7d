using Explain.Service.Settings;
using Npgsql;

namespace Explain.Service.AuditTrail.Storage;

/// <summary>Where explanations are written down.</summary>
internal enum AuditTrailKind
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>In a file.</summary>
    Sqlite,

    /// <summary>In PostgreSQL.</summary>
    Postgres,
}

/// <summary>What is written down of explanations, and where.</summary>
internal sealed record AuditTrailSettings
{
    /// <summary>Where.</summary>
    public required AuditTrailKind Kind { get; init; }

    /// <summary>Folder of the file; empty when the machine has no place for it.</summary>
    public required string Directory { get; init; }

    /// <summary>How PostgreSQL is reached; null for a file. Holds a password.</summary>
    public required string? Connection { get; init; }

    /// <summary>Whether answered images are kept.</summary>
    public required bool Pictures { get; init; }

    /// <summary>Whether raw maps are kept.</summary>
    public required bool Maps { get; init; }

    /// <summary>When the week begins that later maps are compared with; null for the first that has maps.</summary>
    public required DateTimeOffset? MapsReference { get; init; }

    /// <summary>How long rows are kept; null for ever.</summary>
    public required TimeSpan? Retention { get; init; }

    private const string Connections = "a connection string of Npgsql, like Host=db;Username=explain;Password=…;Database=explain";

    /// <summary>Reads the section <c>Store</c>, which may also be one value: the kind.</summary>
    public static AuditTrailSettings Read(SettingsReader reader)
    {
        var kind = reader.OneOf(
            "Kind",
            AuditTrailKind.Sqlite,
            "Where explanations are written down; `Store` itself, given as one value, is this."
        );
        var connection = reader.Text("Connection", Connections, "How PostgreSQL is reached.");
        if (kind == AuditTrailKind.Postgres)
            connection = Postgres(connection, reader);
        else if (connection is not null)
            reader.Refuse("Connection", "(not shown)", "nothing, unless Kind is postgres; the folder of a file is Directory");
        var maps = reader.Flag(
            "Maps",
            false,
            "Whether raw maps are kept, too: at most 32×32 values of 8 bits for each target. How they drift is measured."
        );
        return new AuditTrailSettings
        {
            Kind = kind,
            Directory = reader.Text(
                "Directory",
                "a folder that can be written to",
                "The folder of the SQLite file.",
                "`explain-service` in the user's folder for data"
            ) ?? Default(),
            Connection = connection,
            Pictures = reader.Flag("Pictures", false, "Whether answered images are kept, too."),
            Maps = maps,
            MapsReference = Reference(maps, reader),
            Retention = reader.Whole("RetentionDays", 30, 0, 36_500, "How long explanations are kept; 0: for ever.") is > 0 and var days
                ? TimeSpan.FromDays(days)
                : null,
        };
    }

    private static DateTimeOffset? Reference(bool maps, SettingsReader reader)
    {
        const string key = "MapsReference";
        const string meaning =
            "When the week begins that later maps are compared with; without it, with the first map of a model that is kept.";
        var moment = reader.Instant(key, meaning);
        if (moment is not null && !maps)
            reader.Refuse(key, $"{moment:O}", "nothing, unless Maps is true");
        return moment;
    }

    private static string Default() =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify)
            is { Length: > 0 } data
            ? Path.Combine(data, "explain-service")
            : "";

    private static string? Postgres(string? connection, SettingsReader reader)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connection ?? "");
            if (string.IsNullOrEmpty(builder.Host))
                throw new ArgumentException("no host");
            // A server that hangs must not hang the reader of the trail.
            if (!builder.ShouldSerialize("Timeout"))
                builder.Timeout = 5;
            if (!builder.ShouldSerialize("Command Timeout"))
                builder.CommandTimeout = 10;
            return builder.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            reader.Refuse("Connection", connection is null ? null : "(not shown)", Connections);
            return null;
        }
    }
}
