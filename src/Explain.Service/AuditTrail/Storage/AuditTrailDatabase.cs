using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Explain.Service.AuditTrail.Storage;

/// <summary>The database of the trail.</summary>
internal sealed class AuditTrailDatabase(AuditTrailSettings settings)
{
    private const string FileName = "explanations.db";
    private const int NoSpace = 28;
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(10);

    private readonly string _file = Path.Combine(settings.Directory, FileName);

    /// <summary>Where it is, for the log; nothing secret.</summary>
    public string Place { get; } =
        settings.Kind == AuditTrailKind.Postgres
        && settings.Connection is { } connection
        && new NpgsqlConnectionStringBuilder(connection) is var server
            ? $"PostgreSQL at {server.Host}:{server.Port}"
            : Path.Combine(settings.Directory, FileName);

    /// <summary>Opens it for one piece of work.</summary>
    public AuditTrailContext Open() =>
        settings.Kind == AuditTrailKind.Postgres
            ? new PostgresAuditTrail(new DbContextOptionsBuilder<PostgresAuditTrail>().UseNpgsql(settings.Connection).Options)
            : new SqliteAuditTrail(
                new DbContextOptionsBuilder<SqliteAuditTrail>()
                    .UseSqlite(
                        new SqliteConnectionStringBuilder
                        {
                            DataSource = _file,
                            ForeignKeys = true,
                            DefaultTimeout = 10,
                        }.ConnectionString
                    )
                    .Options
            );

    /// <summary>Makes the folder and the file, where there are any.</summary>
    /// <returns>Why that is not allowed here; null when all is well, or when it may be later.</returns>
    public string? WhyNot()
    {
        if (settings.Kind != AuditTrailKind.Sqlite)
            return null;
        if (settings.Directory.Length == 0)
            return "this user has no folder for data";
        try
        {
            Directory.CreateDirectory(settings.Directory);
            using var file = new FileStream(_file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
            return null;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or NotSupportedException or (IOException and not { HResult: NoSpace }))
        {
            return e.Message.TrimEnd('.');
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Brings the tables to the present form.</summary>
    public async Task MigrateAsync(CancellationToken cancellation)
    {
        await using var context = Open();
        if (settings.Kind == AuditTrailKind.Postgres)
        {
            await context.Database.MigrateAsync(cancellation);
            return;
        }
        // EF's own lock is a row that stays when the process is killed, and then nobody ever migrates again: one of the operating system's
        // is in its place.
        await using var turn = await LockAsync(cancellation);
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = 'wal'", cancellation);
        await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellation);
        await context.Database.MigrateAsync(cancellation);
    }

    private async Task<FileStream> LockAsync(CancellationToken cancellation)
    {
        for (var deadline = DateTime.UtcNow + LockTimeout; ; await Task.Delay(100, cancellation))
        {
            try
            {
                return new FileStream(_file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (DateTime.UtcNow < deadline)
            {
                // Another instance is at it.
            }
        }
    }
}
